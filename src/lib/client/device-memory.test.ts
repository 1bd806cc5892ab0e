import { describe, expect, test } from 'vitest';
import { createDeviceMemory, type Drawer } from './device-memory';
import { fakeDrawer } from './testing';

function thrower(): Drawer {
	const refuse = () => {
		throw new DOMException('The operation is insecure.', 'SecurityError');
	};
	return { getItem: refuse, setItem: refuse, removeItem: refuse };
}

describe('what this browser remembers', () => {
	test('invite, tap, sharing, pause, demo and name', () => {
		const memory = createDeviceMemory(fakeDrawer(), fakeDrawer());
		memory.rememberInvite('m', { url: 'https://meet.example/i#s', id: 'invite' });
		memory.rememberTap('m');
		memory.rememberSharing('m', true);
		memory.rememberPause('m', true);
		memory.rememberDemo('m', { token: 'secret', walkedM: 12.6 });
		memory.rememberName('Ana');
		expect(memory.invite('m')).toEqual({ url: 'https://meet.example/i#s', id: 'invite' });
		memory.rememberInvite('m', { url: 'https://meet.example/i#s', id: null });
		expect(memory.invite('m')).toEqual({ url: 'https://meet.example/i#s', id: null });
		expect([memory.takeTap('m'), memory.takeTap('m')]).toEqual([true, false]);
		expect(memory.sharedBefore('m')).toBe(true);
		expect([memory.paused('m'), memory.paused('other')]).toEqual([true, null]);
		expect(memory.demo('m')).toEqual({ token: 'secret', walkedM: 13 });
		expect(memory.name()).toBe('Ana');
	});

	test('the end of a meeting wipes all of it and nothing of others', () => {
		const [tab, browser] = [fakeDrawer(), fakeDrawer()];
		const memory = createDeviceMemory(tab, browser);
		for (const id of ['m', 'other']) {
			memory.rememberInvite(id, { url: 'https://meet.example/i#s', id: null });
			memory.rememberTap(id);
			memory.rememberSharing(id, true);
			memory.rememberPause(id, false);
			memory.rememberDemo(id, { token: 't', walkedM: 1 });
		}
		memory.rememberName('Ana');
		memory.forget('m');
		expect([...tab.kept.keys()].filter((key) => key.endsWith('.m'))).toEqual([]);
		expect(tab.kept.size).toBe(5);
		expect(memory.name()).toBe('Ana');
	});

	test('every key says whose it is', () => {
		const [tab, browser] = [fakeDrawer(), fakeDrawer()];
		const memory = createDeviceMemory(tab, browser);
		memory.rememberInvite('m', { url: 'x', id: null });
		memory.rememberName('Ana');
		for (const key of [...tab.kept.keys(), ...browser.kept.keys()])
			expect(key).toMatch(/^meetup\./);
	});

	test('notifications are offered once in the life of a browser', () => {
		const browser = fakeDrawer();
		expect(createDeviceMemory(null, browser).wasOfferedNotices()).toBe(false);
		createDeviceMemory(null, browser).rememberNoticesOffer();
		expect(createDeviceMemory(null, browser).wasOfferedNotices()).toBe(true);
	});

	test('of a meeting nothing outlives the tab', () => {
		const browser = fakeDrawer();
		const memory = createDeviceMemory(fakeDrawer(), browser);
		memory.rememberInvite('m', { url: 'x', id: null });
		memory.rememberTap('m');
		memory.rememberSharing('m', true);
		memory.rememberPause('m', true);
		memory.rememberDemo('m', { token: 't', walkedM: 1 });
		expect(browser.kept.size).toBe(0);
	});
});

test.each([
	['throws', thrower()],
	['is missing', null],
])('a storage that %s counts as empty', (_, drawer) => {
	const memory = createDeviceMemory(drawer, drawer);
	memory.rememberInvite('m', { url: 'x', id: null });
	memory.rememberName('Ana');
	memory.rememberTap('m');
	memory.forget('m');
	expect(memory.invite('m')).toBeNull();
	expect(memory.takeTap('m')).toBe(false);
	expect(memory.paused('m')).toBeNull();
	expect(memory.demo('m')).toBeNull();
	expect(memory.name()).toBe('');
});
