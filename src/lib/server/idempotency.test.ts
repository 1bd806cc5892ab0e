import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { idempotencyKeys } from './db/schema';
import { DRIVERS, useTestDatabase } from './db/testing';
import { createIdempotency, type Idempotency, type KeptAnswer } from './idempotency';

const HOUR_MS = 60 * 60_000;
const CREATED: KeptAnswer = {
	status: 201,
	body: '{"token":"s3cret",\n"name":"Žofie"}',
	contentType: 'application/json',
};

describe.each(DRIVERS)('the same call again, on %s', (driver) => {
	const database = useTestDatabase(driver);
	let nowMs: number;
	let idempotency: Idempotency;
	/** The same on another server. */
	let elsewhere: Idempotency;
	let call: { caller: string; key: string; route: string; body: string };
	beforeEach(() => {
		nowMs = Date.parse('2026-05-01T12:00:00Z');
		idempotency = createIdempotency({ db: database.db, now: () => nowMs });
		elsewhere = createIdempotency({ db: database.db, now: () => nowMs });
		const key = randomUUID();
		call = { caller: randomUUID(), key, route: 'POST /api/v1/requests', body: '{"a":1}' };
	});

	const answering = (answer = CREATED) => vi.fn(() => Promise.resolve(answer));

	test('gets the same answer, and the work is done once', async () => {
		const work = answering();
		expect(await idempotency.once(call, work)).toEqual(first(CREATED));
		for (let again = 0; again < 3; again++)
			expect(await idempotency.once(call, work)).toEqual(replay(CREATED));
		expect(work).toHaveBeenCalledTimes(1);
	});

	test('20 times at once does the work once, and all get its answer', async () => {
		const work = answering();
		const outcomes = await Promise.all(
			Array.from({ length: 20 }, () => idempotency.once(call, work)),
		);
		expect(work).toHaveBeenCalledTimes(1);
		expect(outcomes.filter((outcome) => outcome.ok && !outcome.value.isReplay)).toHaveLength(1);
		expect(outcomes.filter((outcome) => outcome.ok)).toHaveLength(20);
	});

	test('20 times at once on two servers does the work once, and tells nobody anything else', async () => {
		const work = answering();
		const outcomes = await Promise.all(
			Array.from({ length: 20 }, (_, n) => (n % 2 ? idempotency : elsewhere).once(call, work)),
		);
		expect(work).toHaveBeenCalledTimes(1);
		for (const outcome of outcomes)
			if (outcome.ok) expect(outcome.value.answer).toEqual(CREATED);
			else expect(outcome.code).toBe('IDEMPOTENCY_IN_PROGRESS');
		expect(await idempotency.once(call, work)).toEqual(replay(CREATED));
	});

	test('while the first is under way waits for its answer', async () => {
		const slow = underWay();
		const running = idempotency.once(call, slow.run);
		await slow.begun;
		const work = answering();
		const again = idempotency.once(call, work);
		slow.finish(CREATED);
		expect(await Promise.all([running, again])).toEqual([first(CREATED), replay(CREATED)]);
		expect(work).not.toHaveBeenCalled();
	});

	test('while the first is under way takes its place where it fails', async () => {
		const slow = underWay();
		const running = idempotency.once(call, slow.run);
		await slow.begun;
		const again = idempotency.once(call, answering());
		const failed = { ...CREATED, status: 503 };
		slow.finish(failed);
		expect(await Promise.all([running, again])).toEqual([first(failed), first(CREATED)]);
	});

	test('while the first is under way on another server is told so', async () => {
		const work = underWay();
		const running = idempotency.once(call, work.run);
		await work.begun;
		expect(await elsewhere.once(call, answering())).toEqual(refusal('IDEMPOTENCY_IN_PROGRESS'));
		expect(await elsewhere.once({ ...call, body: '{}' }, answering())).toEqual(
			refusal('IDEMPOTENCY_KEY_REUSED'),
		);
		work.finish(CREATED);
		expect(await running).toEqual(first(CREATED));
	});

	test.each([
		['body', { body: '{"a":2}' }],
		['route', { route: 'POST /api/v1/blocks' }],
	])('with another %s is refused and not done', async (_, other) => {
		await idempotency.once(call, answering());
		const work = answering();
		const outcome = await idempotency.once({ ...call, ...other }, work);
		expect(outcome).toEqual(refusal('IDEMPOTENCY_KEY_REUSED'));
		expect(work).not.toHaveBeenCalled();
	});

	test('of another person with the same key is his own', async () => {
		await idempotency.once(call, answering());
		const other = { ...CREATED, body: '{"token":"another"}' };
		const his = { ...call, caller: randomUUID(), body: '{"b":1}' };
		expect(await idempotency.once(his, answering(other))).toEqual(first(other));
		expect(await idempotency.once(call, answering())).toEqual(replay(CREATED));
	});

	test('of a stranger who is somebody since then is the same call, if the answer was his', async () => {
		const stranger = { ...call, caller: 'stranger' };
		await idempotency.once(stranger, answering());
		const asked = vi.fn((answer: KeptAnswer) => answer.body === CREATED.body);
		const formerly = { caller: 'stranger', isHis: asked };
		const work = answering();
		expect(await idempotency.once({ ...call, formerly }, work)).toEqual(replay(CREATED));
		expect(work).not.toHaveBeenCalled();

		const other = { ...CREATED, body: '{}' };
		const notHis = { caller: 'stranger', isHis: () => false };
		expect(await idempotency.once({ ...call, formerly: notHis }, answering(other))).toEqual(
			first(other),
		);
		const another = { ...call, caller: randomUUID(), body: '{"a":2}', formerly };
		expect(await idempotency.once(another, answering(other))).toEqual(first(other));
		nowMs += HOUR_MS;
		expect(await idempotency.once({ ...call, formerly }, answering(other))).toEqual(first(other));
		expect(asked).toHaveBeenCalledTimes(1);
	});

	test.each([500, 503, 429])('after a %i is tried again', async (status) => {
		const failed = { ...CREATED, status };
		expect(await idempotency.once(call, answering(failed))).toEqual(first(failed));
		expect(await idempotency.once(call, answering())).toEqual(first(CREATED));
	});

	test.each([401, 413, 415, 422])(
		'after a %i, which says that the call is wrong, nothing is kept',
		async (status) => {
			await idempotency.once(call, answering({ ...CREATED, status }));
			expect(await database.db.select().from(idempotencyKeys)).toEqual([]);
			const right = { ...call, body: '{"a":2}' };
			expect(await idempotency.once(right, answering())).toEqual(first(CREATED));
		},
	);

	test.each([403, 404, 409, 410])('after a refusal of %i is refused again', async (status) => {
		const refused = { ...CREATED, status };
		await idempotency.once(call, answering(refused));
		expect(await idempotency.once(call, answering())).toEqual(replay(refused));
	});

	test('after a throw is tried again, and the throw is heard', async () => {
		const failing = idempotency.once(call, () => Promise.reject(new Error('a bug')));
		await expect(failing).rejects.toThrow('a bug');
		expect(await idempotency.once(call, answering())).toEqual(first(CREATED));
	});

	test('after an hour is a new one', async () => {
		await idempotency.once(call, answering());
		nowMs += HOUR_MS - 1;
		expect(await idempotency.once(call, answering())).toEqual(replay(CREATED));
		nowMs += 1;
		const later = { ...CREATED, body: '{}' };
		const other = { ...call, body: '{"a":2}' };
		expect(await idempotency.once(other, answering(later))).toEqual(first(later));
		expect(await idempotency.once(other, answering())).toEqual(replay(later));
	});

	test('of somebody whose server died on the way is done after a minute', async () => {
		const dying = underWay();
		const died = elsewhere.once(call, dying.run);
		await dying.begun;
		nowMs += 59_999;
		expect(await idempotency.once(call, answering())).toEqual(refusal('IDEMPOTENCY_IN_PROGRESS'));
		nowMs += 1;
		const second = underWay();
		const running = elsewhere.once(call, second.run);
		await second.begun;
		// The one given up was only slow: its late end must not end or answer the second.
		dying.finish({ ...CREATED, body: 'late' });
		expect((await died).ok).toBe(true);
		expect(await idempotency.once(call, answering())).toEqual(refusal('IDEMPOTENCY_IN_PROGRESS'));
		second.finish(CREATED);
		await running;
		expect(await idempotency.once(call, answering())).toEqual(replay(CREATED));
	});

	test('leaves neither key nor answer nor person in the database', async () => {
		await idempotency.once(call, answering());
		const rows = await database.db.select().from(idempotencyKeys);
		expect(rows).toHaveLength(1);
		const written = JSON.stringify(rows);
		const decoded = Buffer.from(rows[0]?.answer ?? '', 'base64url').toString('latin1');
		for (const secret of [call.key, call.caller, 's3cret', 'requests', 'json'])
			expect(`${written}${decoded}`.includes(secret)).toBe(false);
	});

	test('hashes a call so that nobody can guess at the password in it', async () => {
		const keys = [call.key, randomUUID()];
		for (const key of keys) await idempotency.once({ ...call, key }, answering());
		const rows = await database.db.select().from(idempotencyKeys);
		expect(new Set(rows.map((row) => row.call)).size).toBe(keys.length);
	});

	test('with a seal that somebody broke gives no answer at all', async () => {
		await idempotency.once(call, answering());
		const [row] = await database.db.select().from(idempotencyKeys);
		const bytes = Buffer.from(row?.answer ?? '', 'base64url');
		bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
		await database.db.update(idempotencyKeys).set({ answer: bytes.toString('base64url') });
		await expect(idempotency.once(call, answering())).rejects.toThrow();
	});
});

function first(answer: KeptAnswer) {
	return { ok: true, value: { answer, isReplay: false } };
}

function replay(answer: KeptAnswer) {
	return { ok: true, value: { answer, isReplay: true } };
}

function refusal(code: string) {
	return { ok: false, code };
}

/** Work that begins when it is run and ends when it is told to. */
function underWay() {
	let finish: (answer: KeptAnswer) => void = () => {};
	let begin: () => void = () => {};
	const begun = new Promise<void>((resolve) => (begin = resolve));
	const answered = new Promise<KeptAnswer>((resolve) => (finish = resolve));
	return {
		begun,
		finish: (answer: KeptAnswer) => finish(answer),
		run: () => {
			begin();
			return answered;
		},
	};
}
