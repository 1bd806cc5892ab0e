import { isRedirect } from '@sveltejs/kit';
import { describe, expect, test } from 'vitest';
import type { Login } from '$lib/server/auth/auth';
import { accountFor, accountOf, loggedIn } from './account-only';

const login = (kind: Login['kind']): Login => ({
	id: 'login',
	personId: 'person',
	displayName: 'Ana',
	kind,
	isExternal: false,
	expiresAtMs: 1,
	fresh: false,
});
const visit = (who: Login | null, path = '/friends') => ({
	locals: { login: who },
	url: new URL(path, 'http://localhost'),
});

function whereTo(deed: () => unknown): string {
	try {
		deed();
	} catch (thrown) {
		if (isRedirect(thrown)) return thrown.location;
		throw thrown;
	}
	return 'nowhere';
}

describe('pages of accounts', () => {
	test('let an account in', () => {
		expect(accountOf(visit(login('account')))?.personId).toBe('person');
		expect(accountFor(visit(login('account'))).personId).toBe('person');
	});

	test('ask strangers to log in and bring them back', () => {
		expect(whereTo(() => accountOf(visit(null, '/friends?q=ana')))).toBe(
			'/login?next=%2Ffriends%3Fq%3Dana',
		);
		expect(whereTo(() => loggedIn(visit(null, '/r/1')))).toBe('/login?next=%2Fr%2F1');
	});

	test('bring back to the page, not to the deed', () => {
		expect(whereTo(() => accountFor(visit(null, '/requests?/accept')))).toBe(
			'/login?next=%2Frequests',
		);
	});

	test('show guests the way to an account, and take no deed of theirs', () => {
		expect(accountOf(visit(login('guest')))).toBeNull();
		expect(whereTo(() => accountFor(visit(login('guest'))))).toBe('/login?next=%2Ffriends');
	});
});
