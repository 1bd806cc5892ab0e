import type { Cookies } from '@sveltejs/kit';
import type { Auth } from './auth';

/** Gives the browser its login. `url` tells whether the page came by HTTPS. */
export function setLoginCookie(cookies: Cookies, url: URL, auth: Auth, token: string): void {
	const { name, value, options } = auth.cookie(token, url.protocol === 'https:');
	cookies.set(name, value, options);
}

/** Takes it back: the browser is nobody again. */
export function clearLoginCookie(cookies: Cookies, url: URL, auth: Auth): void {
	const { name, options } = auth.cookie('', url.protocol === 'https:');
	cookies.delete(name, options);
}

/** Whether the browser still carries a login, be it one that is no longer good. */
export function hasLoginCookie(cookies: Cookies, url: URL, auth: Auth): boolean {
	const { name } = auth.cookie('', url.protocol === 'https:');
	return cookies.get(name) !== undefined;
}

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Whether an unsafe call may come from where it comes from. Somebody who shows a token in a header
 * means it; everybody else must be on our own pages: a cookie rides along on calls of any site.
 */
export function comesFromHere(
	request: Request,
	url: URL,
	loginBy: 'cookie' | 'token' | null,
): boolean {
	if (SAFE_METHODS.has(request.method) || loginBy === 'token') return true;
	const origin = request.headers.get('origin');
	if (origin === null) return loginBy === null;
	return origin === url.origin;
}

/**
 * Whether a form comes from our own pages: nobody looks at that but we (svelte.config.js). They send
 * no referrer, so that browsers without our script name the origin of their own forms `null` (Fetch,
 * "append a request Origin header"). Sandboxed and foreign pages do too; Sec-Fetch-Site, which no
 * page can set, tells them apart.
 */
export function isOurForm(request: Request, url: URL): boolean {
	if (SAFE_METHODS.has(request.method)) return true;
	const origin = request.headers.get('origin');
	if (origin !== 'null') return origin === url.origin;
	return request.headers.get('sec-fetch-site') === 'same-origin';
}
