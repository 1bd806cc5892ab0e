import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CLOSE, instant } from '$lib/protocol';
import {
	BEN,
	fakeBrowser,
	MEETING_ID,
	problemResponse,
	session,
	sharedFixAt,
	START_MS,
	welcome,
} from './testing';
import { openBoth, openLive } from './testing-live';
import type { WakeLockSentinelLike } from './wake-lock';

beforeEach(() => void vi.useFakeTimers({ now: START_MS }));
afterEach(() => void vi.useRealTimers());

describe('an answer by HTTP that comes late', () => {
	/** The connection is lost and a try failed; the answer to the question about it is held back. */
	async function asking(answer: () => Response) {
		const it = await openBoth();
		let release: () => void = () => undefined;
		const held = new Promise<void>((resolve) => (release = resolve));
		const { fetch } = it.net;
		const slow = fetch.getMockImplementation();
		fetch.mockImplementation(async (input, init) => {
			const url = input instanceof Request ? input.url : input.toString();
			if (url.endsWith('/snapshot')) {
				const early = answer();
				await held;
				return early;
			}
			if (slow === undefined) throw new Error('no network');
			return slow(input, init);
		});
		it.sockets.last.drop();
		await vi.advanceTimersByTimeAsync(500);
		it.sockets.last.drop();
		await vi.advanceTimersByTimeAsync(10_000);
		const arrives = async () => {
			release();
			await vi.advanceTimersByTimeAsync(0);
		};
		return { ...it, arrives };
	}
	const old = () => Response.json(welcome({ locations: { [BEN]: sharedFixAt(48.5, 11) } }));

	test('does not overwrite what the new connection said', async () => {
		const it = await asking(old);
		it.connect({ locations: { [BEN]: sharedFixAt(48.1, 11) } });
		await it.arrives();
		expect(it.meeting.peer?.fix?.lat).toBe(48.1);
	});

	test('does not either if that connection is gone again', async () => {
		const it = await asking(old);
		it.connect({ locations: { [BEN]: sharedFixAt(48.1, 11) } });
		it.sockets.last.drop();
		await it.arrives();
		expect(it.meeting.peer?.fix?.lat).toBe(48.1);
	});

	test('closes nothing that works by now', async () => {
		const it = await asking(() => problemResponse(403, 'NOT_A_PARTICIPANT'));
		it.connect();
		await it.arrives();
		expect(it.meeting.connection.state).toBe('live');
	});

	test('brings nothing back once one is out', async () => {
		const it = await asking(old);
		it.sockets.last.drop(CLOSE.removed.code);
		await it.arrives();
		expect(it.meeting.peer?.fix).toBeNull();
	});
});

describe('who is out', () => {
	test.each([
		[CLOSE.removed.code, 'removed'],
		[CLOSE.loginRevoked.code, 'logged_out'],
	])('by close %i sees no positions and no window any longer', async (code, why) => {
		const it = await openBoth(48);
		it.serve({
			type: 'im_here_update',
			payload: { user_ids: [BEN], expires_at: instant(Date.now() + 60_000) },
		});
		it.sockets.last.drop(code);
		expect(it.meeting).toMatchObject({
			connection: { state: 'closed', why },
			self: { fix: null },
			peer: { fix: null },
			between: null,
			here: null,
		});
	});
});

describe('"End meeting"', () => {
	test('stops the sharing at the press, before the server has answered', async () => {
		const it = await openBoth();
		const over = session({ status: 'ENDED', end_reason: 'USER_ACTION' });
		it.net.answers[`DELETE sessions/${MEETING_ID}`] = () => Response.json({ session: over });
		const ending = it.meeting.end();
		expect(it.sent('sharing_update')).toEqual([{ state: 'paused' }]);
		expect(it.device.watches.size).toBe(0);
		expect(await ending).toBe(true);
		expect(it.memory.paused(MEETING_ID)).toBeNull();
	});
});

test('a screen lock refused to an untouched page is asked for again at the first touch', async () => {
	const lock: WakeLockSentinelLike = {
		released: false,
		release: () => Promise.resolve(),
		addEventListener: () => undefined,
	};
	const request = vi.fn(() => Promise.resolve(lock));
	request.mockRejectedValueOnce(new Error('NotAllowedError'));

	const browser = fakeBrowser();
	const it = await openLive({
		browser: { ...browser, env: { ...browser.env, wakeLock: { request } } },
	});
	expect(it.meeting.wakeLock).toBe('refused');
	it.page.emit('touched');
	await vi.advanceTimersByTimeAsync(0);
	expect(it.meeting.wakeLock).toBe('on');
	it.page.emit('touched');
	await vi.advanceTimersByTimeAsync(0);
	expect(request).toHaveBeenCalledTimes(2);
	it.meeting.setWakeLock(false);
	it.page.emit('touched');
	await vi.advanceTimersByTimeAsync(0);
	expect(request).toHaveBeenCalledTimes(2);
});
