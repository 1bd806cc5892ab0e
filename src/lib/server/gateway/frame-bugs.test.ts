import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createLog, type Log } from '$lib/server/log';
import { TestWorld, type TestInstance } from './testing';

/** A bug in the judging itself, which quotes what it choked on. */
const SECRET = 'a secret at home';
vi.mock(import('./frames'), async (original) => {
	const frames = await original();
	const judgeFrame: typeof frames.judgeFrame = (data, ...rest) => {
		if (String(data).includes(SECRET))
			throw new TypeError(`can't read ${String(data)}\n    at home`);
		return frames.judgeFrame(data, ...rest);
	};
	return { ...frames, judgeFrame };
});

let world: TestWorld;
let one: TestInstance;
let lines: string[];
beforeEach(async () => {
	world = new TestWorld();
	lines = [];
	const log: Log = createLog('info', { write: (line) => void lines.push(line) });
	one = await world.open({ log });
});
afterEach(() => world.close());

const frame = JSON.stringify({ type: 'end_session', payload: { reason: SECRET } });

test('P64 a throw while a frame is judged closes that socket with 1011, and the log does not quote it', async () => {
	const { ana, ben, meeting } = world.addPair();
	const anas = one.connect(ana, meeting);
	const bens = one.connect(ben, meeting);
	await Promise.all([anas.next('welcome'), bens.next('welcome')]);
	anas.raw(frame);
	expect(await anas.closed).toEqual({ code: 1011, reason: 'internal_error' });
	await bens.settled();
	expect(one.counters.socketsClosed.bug).toBe(1);
	expect(lines).toHaveLength(1);
	expect(lines[0]).toContain('frame_failed');
	expect(lines[0]).toContain('TypeError');
	expect(lines[0]).toContain('frame-bugs.test.ts');
	expect(lines[0]).not.toContain('secret');
});

test('I6 on an inbox, too', async () => {
	const { ana } = world.addPair();
	const [inbox, other] = [one.inbox(ana), one.inbox(ana)];
	await Promise.all([inbox.next('welcome'), other.next('welcome')]);
	inbox.raw(frame);
	expect((await inbox.closed).code).toBe(1011);
	await other.settled();
	expect(lines.join()).not.toContain('secret');
});
