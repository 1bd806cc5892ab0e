import { building, dev } from '$app/environment';
import { comesFromHere, isOurForm, setLoginCookie } from '$lib/server/auth/request';
import { getApp } from '$lib/server/app';
import { problem } from './routes/api/v1/problem';
import { away } from './routes/working';
import type { Handle, HandleServerError, ServerInit } from '@sveltejs/kit';

export const init: ServerInit = async () => {
	// `init` runs during the build too, when anything is prerendered: no database there.
	if (!building) await getApp();
};

export const handle: Handle = async ({ event, resolve }) => {
	event.locals.login = null;
	event.locals.loginBy = null;
	event.locals.isLoginKnown = true;
	if (building) return resolve(event);

	const isApi = event.url.pathname.startsWith('/api/');
	const app = await getApp();
	let found;
	try {
		found = await app.auth.authenticate({
			cookieHeader: event.request.headers.get('cookie'),
			authorizationHeader: isApi ? event.request.headers.get('authorization') : null,
			queryToken: null,
			isSecure: event.url.protocol === 'https:',
		});
	} catch (cause) {
		if (!app.isDatabaseAway(cause)) throw cause;
		if (isApi) return withHeaders(event.url, problem('UNAVAILABLE'));
		hideLogin(event.locals);
	}
	if (found) {
		event.locals.login = found.login;
		event.locals.loginBy = found.by;
		if (found.login.fresh && found.by === 'cookie')
			setLoginCookie(event.cookies, event.url, app.auth, found.token);
	}
	if (isApi && !comesFromHere(event.request, event.url, event.locals.loginBy))
		return withHeaders(event.url, problem('FORBIDDEN_ORIGIN'));
	if (!isApi && !isOurForm(event.request, event.url))
		return withHeaders(
			event.url,
			new Response('This form came from another site.', { status: 403 }),
		);

	// Where nothing of ours answers, SvelteKit would with a page.
	if (isApi && event.route.id === null) return withHeaders(event.url, problem('NOT_FOUND'));
	const answer = await resolve(event);
	if (isApi && answer.status === 405) return withHeaders(event.url, methodRefused(answer));
	return withHeaders(event.url, answer);
};

export const handleError: HandleServerError = async ({ error, event, status, message }) => {
	// What strangers do wrong is answered, not logged.
	if (status < 500) return { message, ...(status === 404 && { code: 'NOT_FOUND' }) };
	const app = await getApp();
	if (app.isDatabaseAway(error)) return { message, code: 'UNAVAILABLE' };
	app.log.error({ error, route: event.route.id, status }, 'page_failed');
	return { message, code: 'INTERNAL' };
};

/** SvelteKit says it in plain words. */
function methodRefused({ headers }: Response): Response {
	return problem('METHOD_NOT_ALLOWED', { allow: headers.get('allow') ?? '' });
}

/** Who somebody is can't be looked up: whatever of a page needs to know it says so. */
function hideLogin(locals: App.Locals): void {
	locals.isLoginKnown = false;
	Object.defineProperty(locals, 'login', { get: away });
}

const PERMISSIONS = [
	'geolocation=(self)',
	'screen-wake-lock=(self)',
	'accelerometer=(self)',
	'gyroscope=(self)',
	'magnetometer=(self)',
	'camera=()',
	'microphone=()',
	'payment=()',
].join(', ');

function withHeaders(url: URL, response: Response): Response {
	const { headers } = response;
	headers.set('referrer-policy', 'no-referrer');
	headers.set('permissions-policy', PERMISSIONS);
	headers.set('x-content-type-options', 'nosniff');
	headers.set('x-frame-options', 'DENY');
	headers.set('cross-origin-opener-policy', 'same-origin');
	headers.set('cross-origin-resource-policy', 'same-origin');
	if (response.status === 503 && !headers.has('retry-after')) headers.set('retry-after', '5');
	// Everything that passes here is made for one person; files are served before it.
	if (!headers.has('cache-control')) headers.set('cache-control', 'no-store');
	if (url.protocol === 'https:' && !dev)
		headers.set('strict-transport-security', 'max-age=31536000');
	return response;
}
