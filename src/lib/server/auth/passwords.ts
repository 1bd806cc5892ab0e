import { hash, verify } from '@node-rs/argon2';
import pLimit from 'p-limit';

export interface Passwords {
	hash(password: string): Promise<string>;
	/** Null as the hash takes as long, and is false. */
	verify(hash: string | null, password: string): Promise<boolean>;
}

/** Argon2id, the library's default kind, at the least that OWASP recommends for it. */
export const ARGON2_COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** How many are worked on at a time: the relay and the rest of Node's four threads must go on. */
export const AT_A_TIME = 2;

/** Of a password that nobody knows, at the same cost: what a wrong handle is checked against. */
export const HASH_OF_NOBODY =
	'$argon2id$v=19$m=19456,t=2,p=1$Khc+KtM04JbxthaEqhOwug$CLME4Co4e6np7xEbXZTkjxrzym+mfFmuReOYWiGYwlc';

export function createPasswords(argon2: Pick<Argon2, 'hash' | 'verify'> = { hash, verify }) {
	const limit = pLimit(AT_A_TIME);
	const passwords: Passwords = {
		hash: (password) => limit(() => argon2.hash(spelled(password), ARGON2_COST)),
		async verify(known, password) {
			const matches = await limit(() => argon2.verify(known ?? HASH_OF_NOBODY, spelled(password)));
			return matches && known !== null;
		},
	};
	return passwords;
}

interface Argon2 {
	hash(password: string, cost: typeof ARGON2_COST): Promise<string>;
	verify(hash: string, password: string): Promise<boolean>;
}

/** One spelling for what looks the same: keyboards differ in how they write an accent (NIST SP 800-63B). */
function spelled(password: string): string {
	return password.normalize('NFKC');
}
