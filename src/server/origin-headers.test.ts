import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { adapterEnvironment, writeOriginHeaders } from './origin-headers';

function seenBySvelteKit(headers: Record<string, string>, trustProxy: number) {
	const socket = new Socket();
	Object.defineProperty(socket, 'remoteAddress', { value: '10.0.0.9' });
	const request = new IncomingMessage(socket);
	request.headers = { host: 'meet.local:3000', ...headers };
	writeOriginHeaders(request, { trustProxy });
	const names = adapterEnvironment({ trustProxy });
	return {
		address: request.headers[names.ADDRESS_HEADER ?? ''],
		protocol: request.headers[names.PROTOCOL_HEADER ?? ''],
		host: request.headers.host,
	};
}

const DIRECT = { address: '10.0.0.9', protocol: 'http', host: 'meet.local:3000' };
const FORWARDED = {
	'x-forwarded-for': '203.0.113.7',
	'x-forwarded-proto': 'https',
	'x-forwarded-host': 'meet.example',
};

test('a plain request is http, for the host it names', () => {
	expect(seenBySvelteKit({}, 0)).toEqual(DIRECT);
});

test('a stranger can not choose his address, his protocol or the host', () => {
	const forged = {
		...FORWARDED,
		'x-meetup-client-address': '203.0.113.7',
		'x-meetup-protocol': 'https',
	};
	expect(seenBySvelteKit(forged, 0)).toEqual(DIRECT);
});

test('a trusted proxy is believed', () => {
	const told = { address: '203.0.113.7', protocol: 'https', host: 'meet.example' };
	expect(seenBySvelteKit(FORWARDED, 1)).toEqual(told);
});

test('what came before the trusted proxies is not', () => {
	const headers = { ...FORWARDED, 'x-forwarded-for': '198.51.100.1, 203.0.113.7' };
	expect(seenBySvelteKit(headers, 1).address).toBe('203.0.113.7');
});

test('behind two proxies the entry before the last is the client', () => {
	const headers = {
		'x-forwarded-for': '198.51.100.1, 203.0.113.7, 10.0.0.2',
		'x-forwarded-proto': 'https, http',
	};
	expect(seenBySvelteKit(headers, 2)).toEqual({
		address: '203.0.113.7',
		protocol: 'https',
		host: 'meet.local:3000',
	});
});

test('a request that came past the proxy stands for itself', () => {
	expect(seenBySvelteKit({}, 1)).toEqual(DIRECT);
});

test('ORIGIN is told to SvelteKit only where it is set', () => {
	expect(adapterEnvironment({ trustProxy: 0 })).not.toHaveProperty('ORIGIN');
	const origin = 'https://meet.example';
	expect(adapterEnvironment({ origin, trustProxy: 0 })).toMatchObject({ ORIGIN: origin });
});
