import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { KeptAnswer } from './idempotency';

const CIPHER = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** So that an answer, which may hold a login token, is read only by whoever has the caller's key. */
export function sealAnswer({ status, contentType, body }: KeptAnswer, key: string, id: string) {
	const iv = randomBytes(IV_BYTES);
	const cipher = createCipheriv(CIPHER, sealingKey(key, id), iv);
	const plain = `${status}\n${contentType}\n${body}`;
	const sealed = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
	return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url');
}

/** Throws where the seal is broken. */
export function openAnswer(text: string, key: string, id: string): KeptAnswer {
	const bytes = Buffer.from(text, 'base64url');
	const decipher = createDecipheriv(CIPHER, sealingKey(key, id), bytes.subarray(0, IV_BYTES), {
		authTagLength: TAG_BYTES,
	});
	decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
	const sealed = bytes.subarray(IV_BYTES + TAG_BYTES);
	const plain = Buffer.concat([decipher.update(sealed), decipher.final()]).toString('utf8');
	const [status = '', contentType = '', ...body] = plain.split('\n');
	return { status: Number(status), contentType, body: body.join('\n') };
}

function sealingKey(key: string, id: string): Buffer {
	return Buffer.from(hkdfSync('sha256', key, id, 'answer of an idempotent call', 32));
}
