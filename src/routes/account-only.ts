import { redirect } from '@sveltejs/kit';
import type { Login } from '$lib/server/auth/auth';
import { withNext } from './next';

interface Visit {
	readonly locals: { readonly login: Login | null };
	readonly url: URL;
}

/** Who is asking. Strangers log in first and come back. */
export function loggedIn({ locals, url }: Visit): Login {
	return locals.login ?? redirect(303, loginPath(url));
}

/** The same for pages that only accounts have: null for guests, who are shown the way to one. */
export function accountOf(visit: Visit): Login | null {
	const login = loggedIn(visit);
	return login.kind === 'account' ? login : null;
}

/** For deeds: a guest never sees the buttons, so whoever presses one has logged out elsewhere. */
export function accountFor(visit: Visit): Login {
	return accountOf(visit) ?? redirect(303, loginPath(visit.url));
}

/** "Log in", and then back. The name of a form's action is no part of the way back. */
export function loginPath(url: URL): string {
	const search = url.search.startsWith('?/') ? '' : url.search;
	return withNext('/login', `${url.pathname}${search}`);
}
