import { expect, test } from 'vitest';
import { EPHEMERAL_TTL_MS } from './ephemeral';
import { createOwed } from './owed';

function stage(max?: number) {
	const it = { nowMs: 0, erased: [] as string[], isAway: false };
	const owed = createOwed({
		now: () => it.nowMs,
		...(max !== undefined && { max }),
		async erase(meetingId, personId) {
			if (it.isAway) throw new Error('away');
			it.erased.push(personId === null ? meetingId : `${meetingId} ${personId}`);
		},
	});
	return { it, owed };
}

test('all that is owed is done, the oldest first, and each once', async () => {
	const { it, owed } = stage();
	owed.add('one', null);
	owed.add('two', 'ana');
	owed.add('one', null);
	await owed.settle();
	await owed.settle();
	expect(it.erased).toEqual(['two ana', 'one']);
	expect(owed.size).toBe(0);
});

test('what fails stays owed', async () => {
	const { it, owed } = stage();
	for (let count = 0; count < 12_000; count++) owed.add(`${count}`, null);
	it.isAway = true;
	await owed.settle();
	expect(owed.size).toBe(12_000);
	it.isAway = false;
	await owed.settle();
	expect(it.erased).toHaveLength(12_000);
});

test('a debt ends when Redis has let go by itself', async () => {
	const { it, owed } = stage();
	owed.add('old', null);
	it.nowMs = EPHEMERAL_TTL_MS - 1;
	owed.add('young', null);
	expect(owed.size).toBe(2);
	it.nowMs++;
	await owed.settle();
	expect(it.erased).toEqual(['young']);
});

test('there are never more than so many: the oldest go, which Redis lets go of soonest', async () => {
	const { it, owed } = stage(3);
	for (let count = 0; count < 10; count++) owed.add(`${count}`, null);
	expect(owed.size).toBe(3);
	await owed.settle();
	expect(it.erased).toEqual(['7', '8', '9']);
});
