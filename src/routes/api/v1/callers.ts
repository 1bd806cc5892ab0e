import type { RequestEvent } from '@sveltejs/kit';
import { Id } from '$lib/protocol';
import type { RateRule } from '$lib/protocol/rate-rules';
import type { Login } from '$lib/server/auth/auth';
import { problem } from './problem';
import { tooOften } from './limits';

export interface CallerRules {
	/** Guests are told that they need an account. */
	readonly account?: true;
	/** What the call counts as; null: it is counted elsewhere. Unsafe ones count as `change` unless told. */
	readonly rule?: RateRule | null;
}

type Asked = { readonly login: Login; readonly wrong?: undefined } | { readonly wrong: Response };
type AskedFor =
	| { readonly login: Login; readonly id: string; readonly wrong?: undefined }
	| { readonly wrong: Response };

/** Who calls, or the answer that refuses him. */
export async function whoAsks(event: RequestEvent, rules: CallerRules = {}): Promise<Asked> {
	const { login } = event.locals;
	if (login === null) return { wrong: problem('UNAUTHENTICATED') };
	if (rules.account && login.kind === 'guest') return { wrong: problem('ACCOUNT_NEEDED') };
	const isSafe = ['GET', 'HEAD'].includes(event.request.method);
	const { rule = isSafe ? null : 'change' } = rules;
	const wrong = rule && (await tooOften(rule, login.personId));
	return wrong ? { wrong } : { login };
}

/** Who calls, and about which one: the id in the path. */
export async function whoAsksFor(
	event: RequestEvent,
	param: string,
	rules: CallerRules = {},
): Promise<AskedFor> {
	const asked = await whoAsks(event, rules);
	if (asked.wrong) return asked;
	const id = Id.safeParse(Object.entries(event.params).find(([name]) => name === param)?.[1]);
	return id.success ? { login: asked.login, id: id.data } : { wrong: problem('INVALID_ID') };
}
