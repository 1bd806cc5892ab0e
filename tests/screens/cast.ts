import { expect, type APIRequestContext } from '@playwright/test';
import type { Place } from '../../src/lib/meeting';
import type { Person } from '../person';
import { ownAddress } from '../support/address';
import { bearer, NO_COOKIE, PASSWORD } from '../support/api';

/** Everybody who is in the pictures without a phone of his own: they speak to the API. */

export interface Extra {
	readonly id: string;
	readonly handle: string;
	readonly token: string;
}

interface Asking {
	readonly note?: string;
	readonly destination?: Place;
}

/** An account of somebody with a phone: his browser is logged in from now on. */
export async function signsUp(person: Person, handle: string): Promise<Extra> {
	return registers(person.context.request, person.name, handle);
}

/** An account of somebody without one. */
export async function joinsIn(
	request: APIRequestContext,
	name: string,
	handle: string,
): Promise<Extra> {
	return registers(request, name, handle, NO_COOKIE);
}

/** Answers the id of the request. */
export async function asks(
	request: APIRequestContext,
	from: Extra,
	to: Extra,
	asking: Asking = {},
): Promise<string> {
	const body = await says(request, from, 'POST', 'requests', { to_user_id: to.id, ...asking });
	return (body as { request: { id: string } }).request.id;
}

export async function saysNo(request: APIRequestContext, who: Extra, id: string): Promise<void> {
	await says(request, who, 'POST', `requests/${id}/decline`);
}

/** Answers the id of the meeting. */
export async function saysYes(request: APIRequestContext, who: Extra, id: string): Promise<string> {
	const body = await says(request, who, 'POST', `requests/${id}/accept`);
	return (body as { session: { id: string } }).session.id;
}

/** They have met before: friends of each other, and in each other's history. */
export async function haveMet(request: APIRequestContext, one: Extra, other: Extra) {
	const meeting = await saysYes(request, other, await asks(request, one, other));
	await says(request, other, 'DELETE', `sessions/${meeting}`);
}

export async function saves(request: APIRequestContext, who: Extra, place: Place): Promise<void> {
	await says(request, who, 'POST', 'places', place);
}

export async function blocks(request: APIRequestContext, who: Extra, whom: Extra): Promise<void> {
	await says(request, who, 'POST', 'blocks', { user_id: whom.id });
}

/** Another device of the same person. */
export async function logsInElsewhere(
	request: APIRequestContext,
	who: Extra,
	userAgent: string,
): Promise<void> {
	const answer = await request.post('/api/v1/auth/login', {
		data: { handle: who.handle, password: PASSWORD },
		headers: { ...ownAddress(), ...NO_COOKIE, 'user-agent': userAgent },
	});
	expect(answer.status()).toBe(200);
}

async function registers(
	request: APIRequestContext,
	name: string,
	handle: string,
	headers: Record<string, string> = {},
): Promise<Extra> {
	const answer = await request.post('/api/v1/users/register', {
		data: { handle, display_name: name, password: PASSWORD },
		headers: { ...ownAddress(), ...headers },
	});
	expect(answer.status()).toBe(201);
	const { user, token } = (await answer.json()) as { user: { id: string }; token: string };
	return { id: user.id, handle, token };
}

async function says(
	request: APIRequestContext,
	who: Extra,
	method: string,
	path: string,
	data?: object,
): Promise<unknown> {
	const answer = await request.fetch(`/api/v1/${path}`, {
		method,
		data,
		headers: { ...bearer(who.token), ...ownAddress() },
	});
	expect(answer.ok(), `${method} ${path}: ${answer.status()}`).toBe(true);
	return answer.status() === 204 ? null : answer.json();
}
