import {
	createDecipheriv,
	createECDH,
	createPublicKey,
	hkdfSync,
	randomBytes,
	verify,
} from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { PushAddress } from './push';

export interface Delivery {
	readonly path: string;
	readonly headers: IncomingHttpHeaders;
	readonly body: Buffer;
}

/** For tests: a push service on this machine. It answers with `status`, and calls `onDelivery` first. */
export async function openPushService() {
	const deliveries: Delivery[] = [];
	const service = {
		deliveries,
		status: 201,
		/** Awaited before the answer. */
		beforeAnswer: async (): Promise<void> => {},
		origin: '',
		async close() {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
	const server = createServer((request, response) => {
		const chunks: Buffer[] = [];
		request.on('data', (chunk: Buffer) => chunks.push(chunk));
		request.on('end', () => {
			const { url = '', headers } = request;
			deliveries.push({ path: url, headers, body: Buffer.concat(chunks) });
			void service.beforeAnswer().then(() => {
				response.writeHead(service.status, { location: `${service.origin}/elsewhere` }).end();
			});
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	service.origin = `http://127.0.0.1:${port}`;
	return service;
}

/** A browser with a subscription: its address, and how it opens what comes. */
export function subscribedBrowser(endpoint: string) {
	const ecdh = createECDH('prime256v1');
	const publicKey = ecdh.generateKeys();
	const auth = randomBytes(16);
	const address: PushAddress = {
		endpoint,
		keys: { p256dh: publicKey.toString('base64url'), auth: auth.toString('base64url') },
	};
	/** By RFC 8188 and RFC 8291, one record. */
	function open(body: Buffer): string {
		const salt = body.subarray(0, 16);
		const idLength = body.readUInt8(20);
		const senderKey = body.subarray(21, 21 + idLength);
		const sealed = body.subarray(21 + idLength);
		const shared = ecdh.computeSecret(senderKey);
		const info = Buffer.concat([Buffer.from('WebPush: info\0'), publicKey, senderKey]);
		const secret = Buffer.from(hkdfSync('sha256', shared, auth, info, 32));
		const derive = (name: string, bytes: number) =>
			Buffer.from(hkdfSync('sha256', secret, salt, `Content-Encoding: ${name}\0`, bytes));
		const decipher = createDecipheriv('aes-128-gcm', derive('aes128gcm', 16), derive('nonce', 12));
		decipher.setAuthTag(sealed.subarray(-16));
		const padded = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
		return padded.subarray(0, padded.lastIndexOf(2)).toString('utf8');
	}
	return { address, open };
}

export type SubscribedBrowser = ReturnType<typeof subscribedBrowser>;

/** What `Authorization: vapid t=…, k=…` claims, if its signature is that of `publicKey`; else null. */
export function vapidClaims(authorization: string | undefined, publicKey: string): unknown {
	const [, token = '', key] = /^vapid t=([^,]+), k=(.+)$/.exec(authorization ?? '') ?? [];
	if (key !== publicKey) return null;
	const [head = '', claims = '', signature = ''] = token.split('.');
	const point = Buffer.from(publicKey, 'base64url');
	const jwk = {
		kty: 'EC',
		crv: 'P-256',
		x: point.subarray(1, 33).toString('base64url'),
		y: point.subarray(33).toString('base64url'),
	};
	const isOurs = verify(
		'sha256',
		Buffer.from(`${head}.${claims}`),
		{ key: createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' },
		Buffer.from(signature, 'base64url'),
	);
	const read: unknown = JSON.parse(Buffer.from(claims, 'base64url').toString());
	return isOurs ? read : null;
}
