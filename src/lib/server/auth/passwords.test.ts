import { parseOptions } from '@node-rs/argon2';
import { expect, test, vi } from 'vitest';
import { ARGON2_COST, AT_A_TIME, createPasswords, HASH_OF_NOBODY } from './passwords';

test('a password is kept as Argon2id, with a salt of its own', async () => {
	const passwords = createPasswords();
	const [one, two] = await Promise.all([
		passwords.hash('a long walk'),
		passwords.hash('a long walk'),
	]);
	expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
	expect(one).not.toBe(two);
	expect(await passwords.verify(one, 'a long walk')).toBe(true);
	expect(await passwords.verify(one, 'a long walK')).toBe(false);
});

test('an accent typed as two characters is the same password', async () => {
	const passwords = createPasswords();
	const hash = await passwords.hash('café au lait');
	expect(await passwords.verify(hash, 'cafe\u0301 au lait')).toBe(true);
});

test('where there is nobody, as much is computed, and it never matches', async () => {
	const verify = vi.fn(() => Promise.resolve(true));
	const passwords = createPasswords({ hash: () => Promise.resolve(''), verify });
	expect(await passwords.verify(null, 'a long walk')).toBe(false);
	expect(verify.mock.calls).toEqual([[HASH_OF_NOBODY, 'a long walk']]);
	expect(parseOptions(HASH_OF_NOBODY)).toMatchObject(ARGON2_COST);
	expect(parseOptions(HASH_OF_NOBODY)).toEqual(parseOptions(await createPasswords().hash('a')));
});

test('a burst of logins is worked off a few at a time', async () => {
	let running = 0;
	let most = 0;
	const verify = async () => {
		most = Math.max(most, ++running);
		await new Promise((resolve) => setImmediate(resolve));
		running--;
		return true;
	};
	const passwords = createPasswords({ hash: () => Promise.resolve(''), verify });
	const answers = await Promise.all(
		Array.from({ length: 20 }, () => passwords.verify('hash', 'a long walk')),
	);
	expect(answers).toEqual(Array(20).fill(true));
	expect(most).toBe(AT_A_TIME);
});
