import { expect, type APIRequestContext, type APIResponse } from '@playwright/test';
import { ownAddress } from './address';
import { bearer, newHandle, NO_COOKIE, PASSWORD } from './api';
import type { Contract } from './contract';

export interface Wish {
	readonly ids?: Readonly<Record<string, string>>;
	readonly query?: Readonly<Record<string, string>>;
	readonly data?: object;
	readonly token?: string;
	readonly headers?: Readonly<Record<string, string>>;
}

export interface Someone {
	readonly id: string;
	readonly handle: string;
	readonly token: string;
}

/** Makes calls, holds every answer against the contract and remembers what was called. */
export class Client {
	readonly called = new Set<string>();

	constructor(
		private readonly request: APIRequestContext,
		private readonly contract: Contract,
	) {}

	async call(method: string, path: string, status: number, wish: Wish = {}): Promise<Answer> {
		const address = path.replace(/\{(\w+)\}/g, (_, name: string) => wish.ids?.[name] ?? '');
		const response = await this.request.fetch(`/api/v1${address}`, {
			method,
			params: wish.query,
			data: wish.data,
			headers: {
				...(wish.token === undefined ? {} : bearer(wish.token)),
				...wish.headers,
			},
		});
		const text = await response.text();
		expect(response.status(), `${method} ${path}: ${text}`).toBe(status);
		await this.contract.expectByContract(response, method, path);
		this.called.add(`${method} ${path}`);
		return new Answer(response, text === '' ? null : JSON.parse(text));
	}

	async register(name: string): Promise<Someone> {
		const handle = newHandle();
		const data = { handle, display_name: name, password: PASSWORD };
		// Without the cookie of whoever was here before: a cookie needs an Origin.
		const answer = await this.call('POST', '/users/register', 201, {
			data,
			headers: { ...NO_COOKIE, ...ownAddress() },
		});
		return { id: answer.text('user.id'), handle, token: answer.text('token') };
	}
}

export class Answer {
	constructor(
		readonly response: APIResponse,
		readonly body: unknown,
	) {}

	/** What stands at `a.b.0.c`, as text. */
	text(path: string): string {
		let value: unknown = this.body;
		for (const part of path.split('.')) value = new Map(Object.entries(value ?? {})).get(part);
		return String(value);
	}
}
