import { createHash, randomBytes } from 'node:crypto';

/** 256 random bits in base64url, 43 characters: a login token or the secret of an invite. */
export function newSecret(): string {
	return randomBytes(32).toString('base64url');
}

/**
 * All that the database keeps of a secret. No salt and no slow hash: there is nothing to guess in
 * 256 random bits, and it must be found by its hash.
 */
export function hashSecret(secret: string): string {
	return createHash('sha256').update(secret).digest('hex');
}

/** Whether a stranger's text can be one of our secrets at all, so that garbage asks no database. */
export function looksLikeSecret(text: string): boolean {
	return /^[\w-]{43}$/.test(text);
}
