import { describe, expect, test } from 'vitest';
import { PushEndpoint, SubscribeBody } from './rest-push';

describe('where notices may be sent', () => {
	test.each([
		'https://fcm.googleapis.com/fcm/send/abc',
		'https://updates.push.services.mozilla.com/wpush/v2/abc',
		'https://web.push.apple.com/abc',
		'http://localhost:8080/push',
		'http://127.0.0.1:8080/push',
	])('%s is taken', (endpoint) => {
		expect(PushEndpoint.safeParse(endpoint).success).toBe(true);
	});

	test.each([
		'',
		'push',
		'http://push.example/abc',
		'https://user:secret@push.example/abc',
		'https://10.0.0.1/abc',
		'https://0x7f.1/abc',
		'https://[::1]/abc',
		'https://localhost/abc',
		'https://redis/abc',
		'https://metadata.google.internal/abc',
		'https://printer.local/abc',
		'file:///etc/passwd',
		'https://push.example/\0',
		'https://push.example/\ud800',
		`https://push.example/${'x'.repeat(1_000)}`,
	])('an address of the inside, or none at all, is refused: %s', (endpoint) => {
		expect(PushEndpoint.safeParse(endpoint).success).toBe(false);
	});
});

test.each([
	['as browsers give them', { p256dh: 'B'.repeat(87), auth: 'a'.repeat(22) }, true],
	['filled up', { p256dh: `${'B'.repeat(87)}=`, auth: `${'a'.repeat(22)}==` }, true],
	['too short', { p256dh: 'B'.repeat(86), auth: 'a'.repeat(22) }, false],
	['too long', { p256dh: 'B'.repeat(87), auth: 'a'.repeat(24) }, false],
	['of another alphabet', { p256dh: '+'.repeat(87), auth: '/'.repeat(22) }, false],
])('keys %s', (_, keys, isTaken) => {
	const body = { endpoint: 'https://push.example/abc', keys };
	expect(SubscribeBody.safeParse(body).success).toBe(isTaken);
});
