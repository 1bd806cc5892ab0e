import { expect, test } from 'vitest';
import type { WakeLockState } from './live-view';
import { ScreenWakeLock, type WakeLockSentinelLike } from './wake-lock';

function screen(refuses = false) {
	const states: WakeLockState[] = [];
	const drops: (() => void)[] = [];
	const it = { isVisible: true, refuses, asked: 0 };
	function sentinel(): WakeLockSentinelLike {
		const listeners: (() => void)[] = [];
		const drop = () => {
			for (const listener of listeners) listener();
		};
		drops.push(drop);
		return {
			released: false,
			release() {
				drop();
				return Promise.resolve();
			},
			addEventListener: (_, listener) => void listeners.push(listener),
		};
	}
	const port = {
		request: () => {
			it.asked += 1;
			return it.refuses
				? Promise.reject(new Error('NotAllowedError'))
				: Promise.resolve(sentinel());
		},
	};
	const lock = new ScreenWakeLock(
		port,
		() => it.isVisible,
		(state) => states.push(state),
	);
	return Object.assign(it, { lock, states, drop: () => drops.at(-1)?.() });
}

test('is on while wanted, and off after', async () => {
	const it = screen();
	await it.lock.set(true);
	await it.lock.set(true);
	await it.lock.set(false);
	expect(it.states).toEqual(['off', 'on', 'off']);
	expect(it.asked).toBe(1);
});

test('says that the browser took it away, and takes it again on return', async () => {
	const it = screen();
	await it.lock.set(true);
	it.isVisible = false;
	it.drop();
	expect(it.lock.state).toBe('off');
	it.isVisible = true;
	await it.lock.retry();
	expect(it.lock.state).toBe('on');
});

test('is not taken on return when it is not wanted', async () => {
	const it = screen();
	await it.lock.retry();
	expect(it.asked).toBe(0);
});

test('a refusal is told, and tried again on return', async () => {
	const it = screen(true);
	await it.lock.set(true);
	expect(it.lock.state).toBe('refused');
	it.refuses = false;
	await it.lock.retry();
	expect(it.lock.state).toBe('on');
});

test('let go while the browser was still thinking', async () => {
	const it = screen();
	const taking = it.lock.set(true);
	await it.lock.set(false);
	await taking;
	expect(it.lock.state).toBe('off');
});

test('is unsupported where there is none', async () => {
	const lock = new ScreenWakeLock(
		null,
		() => true,
		() => undefined,
	);
	await lock.set(true);
	await lock.set(false);
	expect(lock.state).toBe('unsupported');
});
