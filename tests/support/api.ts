import { randomUUID } from 'node:crypto';
import {
	expect,
	type APIRequestContext,
	type APIResponse,
	type PlaywrightWorkerArgs,
} from '@playwright/test';
import { ownAddress } from './address';

/** A client of the API that nobody has seen before: no cookie, and an address of his own. */
export function newCaller(
	playwright: PlaywrightWorkerArgs['playwright'],
	baseURL: string | undefined,
): Promise<APIRequestContext> {
	return playwright.request.newContext({ baseURL, extraHTTPHeaders: ownAddress() });
}

export const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** The code of a refusal, which must have the form that all of them have. */
export async function problemCode(response: APIResponse): Promise<string> {
	expect(response.headers()['content-type']).toBe('application/problem+json');
	const problem = (await response.json()) as { code: string; detail: string; status: number };
	expect(problem.status).toBe(response.status());
	expect(problem.detail).toMatch(/\.$/);
	return problem.code;
}

/** By a stranger, whoever was here before: the guest's cookie is taken, none is shown. */
export async function startMeeting(request: APIRequestContext, body: object = {}) {
	const response = await request.post('/api/v1/sessions', { data: body, headers: NO_COOKIE });
	expect(response.status()).toBe(201);
	return (await response.json()) as {
		session: { id: string; status: string; expires_at: string; created_at: string };
		invite: { id: string; token: string; url: string };
		user: { id: string; kind: string; display_name: string };
		token: string;
	};
}

export interface Account {
	readonly id: string;
	readonly handle: string;
	readonly token: string;
	readonly headers: { readonly authorization: string };
}

export const PASSWORD = 'seven green kettles';

export function newHandle(): string {
	return `p${randomUUID().replaceAll('-', '').slice(0, 15)}`;
}

/** From an address of its own, so that it never counts against anybody else's. */
export async function register(request: APIRequestContext, name = 'Ana'): Promise<Account> {
	const handle = newHandle();
	const response = await request.post('/api/v1/users/register', {
		data: { handle, display_name: name, password: PASSWORD },
		headers: { ...ownAddress(), ...NO_COOKIE },
	});
	expect(response.status()).toBe(201);
	const { user, token } = (await response.json()) as { user: { id: string }; token: string };
	return { id: user.id, handle, token, headers: bearer(token) };
}

/** Whoever names a token means it, so one context may speak for many; with this it speaks for nobody. */
export const NO_COOKIE = { cookie: '' };

/** Two people in a running meeting. */
export async function meet(request: APIRequestContext, ana: Account, ben: Account) {
	const started = await request.post('/api/v1/sessions', { data: {}, headers: ana.headers });
	const { session, invite } = (await started.json()) as {
		session: { id: string };
		invite: { id: string; token: string };
	};
	const data = { token: invite.token };
	const redeemed = await request.post('/api/v1/invite/redeem', { data, headers: ben.headers });
	expect(redeemed.status()).toBe(200);
	return { meetingId: session.id, invite };
}

/** How often each answer came: `{ '201': 1, 'HANDLE_TAKEN': 19 }`. */
export async function tally(responses: readonly APIResponse[]): Promise<Record<string, number>> {
	const counts: Record<string, number> = {};
	for (const response of responses) {
		const key = response.ok() ? String(response.status()) : await problemCode(response);
		counts[key] = (counts[key] ?? 0) + 1;
	}
	return counts;
}

/** So many at the same time. */
export function atOnce<T>(count: number, act: (n: number) => Promise<T>): Promise<T[]> {
	return Promise.all(Array.from({ length: count }, (_, n) => act(n)));
}
