import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { PERSON_LIMITS, type PublicPerson } from '$lib/meeting';
import { auditEvents } from './db/schema';
import { DRIVERS, useTestDatabase } from './db/testing';
import { rehearse, type Rehearsal } from './testing';

describe.each(DRIVERS)('friends on %s', (driver) => {
	const database = useTestDatabase(driver);
	let it: Rehearsal;
	let ana: PublicPerson;
	beforeEach(async () => {
		it = rehearse(database.db);
		ana = await it.account('ana', { displayName: 'Ana' });
	});

	/** The other one asks and Ana says yes. */
	async function befriend(other: PublicPerson) {
		const sent = await it.requests.send({
			...{ fromId: other.id, toId: ana.id, note: null, destination: null },
		});
		if (!sent.ok) throw new Error(sent.code);
		await it.requests.answer(sent.view.request.id, ana.id, 'accept');
	}
	const found = async (words: string) =>
		(await it.friends.search(ana.id, words)).map(({ handle }) => handle);

	describe('the list', () => {
		test('is by name, and the same from both sides', async () => {
			const zoe = await it.account('a_zoe', { displayName: 'zoe' });
			const elodie = await it.account('elodie', { displayName: 'Élodie' });
			const max = await it.account('max', { displayName: 'Max' });
			for (const other of [zoe, max, elodie]) await befriend(other);
			expect(await it.friends.list(ana.id)).toEqual([elodie, max, zoe]);
			expect(await it.friends.list(zoe.id)).toEqual([ana]);
		});

		test('has accounts only, none of the blocked, and nothing for nonsense', async () => {
			const ben = await it.account('ben');
			const met = await it.anaAndBen();
			await it.meetings.change(met.meeting.id, {
				...{ type: 'meet', byHand: true, atMs: it.clock.nowMs },
			});
			expect(await it.friends.list(met.ana.id)).toEqual([]);
			await befriend(ben);
			await it.blocks.block(ben.id, ana.id);
			expect(await it.friends.list(ana.id)).toEqual([]);
			expect(await it.friends.list('nonsense')).toEqual([]);
		});

		test('either may end it, for both, and once', async () => {
			const ben = await it.account('ben');
			await befriend(ben);
			expect(await it.friends.remove(ben.id, ana.id)).toBe(true);
			expect(await it.friends.list(ana.id)).toEqual([]);
			expect(await it.friends.list(ben.id)).toEqual([]);
			expect(await it.friends.remove(ben.id, ana.id)).toBe(false);
			for (const id of [randomUUID(), 'nonsense', '%00'])
				expect(await it.friends.remove(ana.id, id)).toBe(false);
			const actions = (await database.db.select().from(auditEvents)).map(({ action }) => action);
			expect(actions.filter((action) => action === 'friend_removed')).toHaveLength(1);
		});
	});

	describe('the search', () => {
		test('finds a handle by its beginning and a name by any part, in any case', async () => {
			await it.account('marlene', { displayName: 'Lena Marlow' });
			await it.account('tomarl', { displayName: 'Tom' });
			await it.account('zed', { displayName: 'Old MARL' });
			expect(await found('mArL')).toEqual(['marlene', 'zed']);
			expect(await found('marlow')).toEqual(['marlene']);
			expect(await found('  @marl ')).toEqual(['marlene', 'zed']);
			expect(await found('nobody')).toEqual([]);
		});

		test('finds names beyond ASCII in any case', async () => {
			await it.account('elodie', { displayName: 'Élodie Ødegård' });
			expect(await found('éLO')).toEqual(['elodie']);
			expect(await found('øde')).toEqual(['elodie']);
		});

		test('puts whose handle it is first, then handles, then names', async () => {
			await it.account('aaa', { displayName: 'Ben' });
			await it.account('benedict', { displayName: 'A' });
			await it.account('ben', { displayName: 'Z' });
			expect(await found('ben')).toEqual(['ben', 'benedict', 'aaa']);
		});

		test('takes no character for more than it is', async () => {
			await it.account('a_b', { displayName: '100% \\ sure' });
			await it.account('axb', { displayName: 'Other' });
			expect(await found('a_b')).toEqual(['a_b']);
			expect(await found('%%')).toEqual([]);
			expect(await found('0%')).toEqual(['a_b']);
			expect(await found('% \\')).toEqual(['a_b']);
			expect(await found('__')).toEqual([]);
			expect(await found("'; drop table users; --")).toEqual([]);
			expect(await found('a_\0b')).toEqual(['a_b']);
		});

		test('needs two characters, and never answers with more than 20', async () => {
			for (let index = 0; index < PERSON_LIMITS.searchRows + 1; index++)
				await it.account(`crowd_${index}`);
			for (const words of ['', ' ', 'c', ' c ', '@c', 'c'.repeat(10_000)])
				expect(await found(words)).toEqual([]);
			expect(await found('cr')).toHaveLength(PERSON_LIMITS.searchRows);
		});

		test('shows neither oneself nor guests, nor who does not want to be found', async () => {
			await it.account('shy', { displayName: 'Anastasia', searchable: false });
			await it.people.createGuest('Anatol');
			expect(await found('ana')).toEqual([]);
			expect(await it.friends.search('nonsense', 'ana')).toEqual([]);
		});

		test.each([true, false])('R7 shows nobody across a block, own: %s', async (own) => {
			const ben = await it.account('ben');
			const cleo = await it.account('cleo');
			expect(await found('ben')).toEqual(['ben']);
			await (own ? it.blocks.block(ana.id, ben.id) : it.blocks.block(ben.id, ana.id));
			expect(await found('ben')).toEqual([]);
			expect(await it.friends.search(ben.id, 'ana')).toEqual([]);
			expect(await it.friends.search(cleo.id, 'ben')).toEqual([ben]);
		});
	});

	describe('one person', () => {
		test('oneself and every account, also who does not want to be found', async () => {
			const shy = await it.account('shy', { searchable: false });
			expect(await it.friends.find(ana.id, ana.id)).toEqual(ana);
			expect(await it.friends.find(ana.id, shy.id)).toEqual(shy);
			for (const id of [randomUUID(), 'nonsense', '%00'])
				expect(await it.friends.find(ana.id, id)).toBeNull();
		});

		test('a guest only by whom he shares a meeting with', async () => {
			const { ana: anna, ben } = await it.anaAndBen();
			const known = { id: ben.id, handle: null, displayName: 'Ben' };
			expect(await it.friends.find(anna.id, ben.id)).toEqual(known);
			expect(await it.friends.find(ana.id, ben.id)).toBeNull();
		});

		test('R7 nobody across a block', async () => {
			const ben = await it.account('ben');
			await it.blocks.block(ana.id, ben.id);
			expect(await it.friends.find(ana.id, ben.id)).toBeNull();
			expect(await it.friends.find(ben.id, ana.id)).toBeNull();
		});
	});
});
