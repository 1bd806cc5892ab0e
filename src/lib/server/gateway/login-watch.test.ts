import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Login } from '$lib/server/auth/auth';
import { SILENT } from '$lib/server/log';
import { watchLogin } from './login-watch';

const T0 = Date.parse('2026-11-24T08:00:00Z');
const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;

beforeEach(() => vi.useFakeTimers({ now: T0 }));
afterEach(() => vi.useRealTimers());

const loginUntil = (expiresAtMs: number, isExternal = false): Login => ({
	...{ id: 'login', personId: 'ana', displayName: 'Ana', kind: 'account' },
	...{ isExternal, expiresAtMs, fresh: false },
});

function watching(login: Login, validate: (token: string) => Promise<Login | null>) {
	const onOver = vi.fn();
	const auth = { validate: vi.fn(validate) };
	const deps = { auth, now: () => Date.now(), log: SILENT };
	return { onOver, auth, stop: watchLogin(deps, { login, token: 'token' }, onOver) };
}

test.each([
	['seconds', 5_000],
	['longer than a timer can count', 60 * DAY_MS],
])('P62 a token of an outside issuer is over at the end it names, %s away', async (_, lifeMs) => {
	const { onOver, auth } = watching(loginUntil(T0 + lifeMs, true), () => Promise.resolve(null));
	await vi.advanceTimersByTimeAsync(lifeMs - 1);
	expect(onOver).not.toHaveBeenCalled();
	await vi.advanceTimersByTimeAsync(1);
	expect(onOver).toHaveBeenCalledTimes(1);
	expect(auth.validate).not.toHaveBeenCalled();
});

test('P62 a login of ours that was prolonged meanwhile goes on, until it ends', async () => {
	const endsAtMs = T0 + 10 * 60_000;
	const prolonged = loginUntil(T0 + DAY_MS);
	let current: Login | null = prolonged;
	const { onOver } = watching(loginUntil(endsAtMs), () => Promise.resolve(current));
	await vi.advanceTimersByTimeAsync(10 * 60_000);
	expect(onOver).not.toHaveBeenCalled();
	current = null;
	await vi.advanceTimersByTimeAsync(HOUR_MS - 1);
	expect(onOver).not.toHaveBeenCalled();
	await vi.advanceTimersByTimeAsync(1);
	expect(onOver).toHaveBeenCalledTimes(1);
});

test('P62 the same token for another person is not that login any more', async () => {
	const another = { ...loginUntil(T0 + DAY_MS), personId: 'ben' };
	const { onOver } = watching(loginUntil(T0 + DAY_MS), () => Promise.resolve(another));
	await vi.advanceTimersByTimeAsync(HOUR_MS);
	expect(onOver).toHaveBeenCalledTimes(1);
});

test('P62 a database that is away ends no login; it is asked again', async () => {
	let isAway = true;
	const { onOver, auth } = watching(loginUntil(T0 + 1_000), () =>
		isAway ? Promise.reject(new Error('away')) : Promise.resolve(null),
	);
	await vi.advanceTimersByTimeAsync(1_000);
	expect(auth.validate).toHaveBeenCalledTimes(1);
	expect(onOver).not.toHaveBeenCalled();
	isAway = false;
	await vi.advanceTimersByTimeAsync(HOUR_MS);
	expect(onOver).toHaveBeenCalledTimes(1);
});

test('nobody is told after the watch was ended, also while it looks', async () => {
	let answer: (login: Login | null) => void = () => {};
	const { onOver, auth, stop } = watching(
		loginUntil(T0 + 1_000),
		() => new Promise((resolve) => (answer = resolve)),
	);
	await vi.advanceTimersByTimeAsync(1_000);
	expect(auth.validate).toHaveBeenCalledTimes(1);
	stop();
	answer(null);
	await vi.advanceTimersByTimeAsync(DAY_MS);
	expect(onOver).not.toHaveBeenCalled();
	expect(vi.getTimerCount()).toBe(0);
});
