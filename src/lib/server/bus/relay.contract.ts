import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { meetingChannel, type Bus } from './bus';
import {
	acquainted,
	createFixEar,
	fixOf,
	loginRevoked,
	MEETING,
	subscribedElsewhere,
	type BusWorld,
} from './testing';

/**
 * How fixes cross between two instances. The channels of a cluster lie on several servers: there fixes and
 * events keep each their own order, but not one with the other.
 */
export function relayContract(
	name: string,
	open: () => Promise<BusWorld>,
	{ isCluster = false } = {},
): void {
	describe(`${name}: fixes between instances`, () => {
		let world: BusWorld;
		let here: Bus;
		let there: Bus;

		beforeEach(async () => {
			world = await open();
			here = world.connect('here');
			there = world.connect('there');
		});
		afterEach(async () => {
			await Promise.all([here.close(), there.close()]);
			await world.close();
		});

		test('a fix is relayed as it is, at once here and soon elsewhere, to nobody twice', async () => {
			const [near, far] = [createFixEar(), createFixEar()];
			await here.subscribe(MEETING, near.hear);
			await there.subscribe(MEETING, far.hear);
			await acquainted(here, there);
			here.relay(MEETING, fixOf('ana', '{"x":"1 2\\u001e"}'));
			expect(near.heard).toEqual(['ana {"x":"1 2\\u001e"}']);
			here.relay(MEETING, fixOf('ana', '2'));
			await far.until('ana 2');
			expect(far.heard).toEqual(['ana {"x":"1 2\\u001e"}', 'ana 2']);
			there.relay(MEETING, fixOf('ben', '3'));
			await near.until('ben 3');
			expect(near.heard).toHaveLength(3);
			expect(far.heard).toHaveLength(3);
		});

		if (!isCluster)
			test('what is published after a fix comes after it', async () => {
				const order: string[] = [];
				await here.subscribe(MEETING, () => {});
				await there.subscribe(MEETING, (heard) => void order.push(heard.kind));
				await acquainted(here, there);
				order.length = 0;
				for (let count = 0; count < 3; count++) {
					here.relay(MEETING, fixOf('ana', `${count}`));
					here.publish(MEETING, loginRevoked(`${count}`));
				}
				await expect.poll(() => order.length, { interval: 5, timeout: 5_000 }).toBe(6);
				expect(order).toEqual(Array(3).fill(['fix', 'login_revoked']).flat());
			});

		test('a fix from an instance where nobody of the meeting is reaches who is', async () => {
			const far = createFixEar();
			await there.subscribe(MEETING, far.hear);
			await subscribedElsewhere(here);
			here.relay(MEETING, fixOf('ana', 'by HTTP'));
			await far.until('ana by HTTP');
			expect(far.heard).toEqual(['ana by HTTP']);
		});

		test('tells who listens already that another instance came, and can bring that one up to date', async () => {
			const far = createFixEar();
			const came: string[] = [];
			await here.subscribe(MEETING, (heard) => {
				if (heard.kind !== 'listener_came') return;
				came.push(heard.instanceId);
				here.relayTo(heard.instanceId, MEETING, fixOf('ana', 'latest'));
			});
			await subscribedElsewhere(here);
			await there.subscribe(MEETING, far.hear);
			await far.until('ana latest');
			expect(came).toEqual(['there']);
		});

		test('an instance that closes is gone for the others, with what it listened to', async () => {
			const gone: unknown[] = [];
			here.watch({ onInstanceGone: (...who) => void gone.push(who) });
			await here.subscribe(MEETING, () => {});
			await there.subscribe(MEETING, () => {});
			await there.subscribe(meetingChannel('other'), () => {});
			await acquainted(here, there);
			await there.close();
			await expect
				.poll(() => gone, { interval: 5, timeout: 5_000 })
				.toEqual([['there', [MEETING]]]);
		});
	});
}
