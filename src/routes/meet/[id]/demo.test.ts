import { expect, test, vi } from 'vitest';
import { DemoHost } from './demo';

const somebody = () => ({ stop: vi.fn() });

test('a friend who came is sent away with his meeting', async () => {
	const friend = somebody();
	const onnone = vi.fn();
	const host = new DemoHost(() => Promise.resolve(friend));
	await host.invite('one', null, onnone);
	expect(friend.stop).not.toHaveBeenCalled();
	host.leave();
	expect([friend.stop.mock.calls.length, onnone.mock.calls.length]).toEqual([1, 0]);
});

test.each([
	['there was no seat', () => Promise.resolve(null)],
	['his code did not come', () => Promise.reject(new Error('chunk'))],
])('nobody is promised where %s', async (_, bring) => {
	const onnone = vi.fn();
	await new DemoHost(bring).invite('one', null, onnone);
	expect(onnone).toHaveBeenCalledOnce();
});

test('one who comes late does not take the place of the next', async () => {
	const [late, next] = [somebody(), somebody()];
	let arrives: (friend: typeof late) => void = () => undefined;
	const pending = new Promise<typeof late>((resolve) => (arrives = resolve));
	const onnone = vi.fn();
	const host = new DemoHost((id) => (id === 'one' ? pending : Promise.resolve(next)));
	const first = host.invite('one', null, onnone);
	await host.invite('two', null, onnone);
	arrives(late);
	await first;
	expect([late.stop.mock.calls.length, next.stop.mock.calls.length]).toEqual([1, 0]);
	host.leave();
	expect(next.stop).toHaveBeenCalledOnce();
});
