import { NAMED_AT, output, type Json } from './openapi-schemas';
import { problemOf, statusOf } from './problems';
import { RATE_RULES, type RateRule } from './rate-rules';
import type { Refusal } from './refusals';
import { Problem } from './rest';
import type { Rate, RestRoute } from './rest-route';

/** What comes of a call, for the contract of `/api/v1`. */

export function responses(route: RestRoute): Json {
	return { ...answers(route), ...refusals(route) };
}

/** Headers that many answers have. */
export const ANSWER_HEADERS: Json = {
	IdempotencyReplayed: {
		description: '`true` where this is the kept answer to an earlier call with the same key.',
		schema: { type: 'string', const: 'true' },
	},
	LoginCookie: {
		description: 'The login cookie, set or taken back. Who sends tokens may ignore it.',
		schema: { type: 'string' },
	},
	RetryAfter: {
		description: 'Try again in so many seconds.',
		required: true,
		schema: { type: 'integer' },
	},
	Authenticate: {
		description: 'How to log in.',
		required: true,
		schema: { type: 'string', const: 'Bearer' },
	},
};
const header = (name: string) => ({ $ref: `${HEADERS_AT}${name}` });
const HEADERS_AT = NAMED_AT.replace('schemas', 'headers');
const RESPONSES_AT = NAMED_AT.replace('schemas', 'responses');

function answers({ method, path, answers, outcomes, setsCookie }: RestRoute): Json {
	const headers = {
		...(method !== 'GET' && { 'Idempotency-Replayed': header('IdempotencyReplayed') }),
		...(setsCookie && { 'Set-Cookie': header('LoginCookie') }),
	};
	return Object.fromEntries(
		Object.entries(answers).map(([status, schema]) => [
			status,
			{
				description: outcomes?.[Number(status)] ?? 'Done.',
				...(Object.keys(headers).length > 0 && { headers }),
				...(schema && {
					content: { 'application/json': { schema: output(schema, `${method} ${path}`) } },
				}),
			},
		]),
	);
}

/** Each status with the codes it may carry. */
function refusals(route: RestRoute): Json {
	const byStatus = new Map<number, Refusal[]>();
	for (const code of new Set([...usualRefusals(route), ...(route.problems ?? [])]))
		byStatus.set(statusOf(code), [...(byStatus.get(statusOf(code)) ?? []), code]);
	return Object.fromEntries(
		[...byStatus].map(([status, codes]) => [String(status), refusal(route, codes)]),
	);
}

/** What every call of its kind may be refused with. */
function usualRefusals(route: RestRoute): Refusal[] {
	const { method, auth, query, body } = route;
	const codes: Refusal[] = ['UNAVAILABLE', 'INTERNAL'];
	if (auth !== 'none') codes.push('UNAUTHENTICATED');
	if (auth === 'account') codes.push('ACCOUNT_NEEDED');
	if (route.path.includes('{')) codes.push('INVALID_ID');
	if (query || body || method !== 'GET') codes.push('INVALID_PAYLOAD');
	if (body) codes.push('UNSUPPORTED_MEDIA_TYPE');
	if (ratesOf(route).length > 0) codes.push('RATE_LIMIT_EXCEEDED');
	if (method !== 'GET')
		codes.push(
			...(['FORBIDDEN_ORIGIN', 'TOO_LARGE'] as const),
			...(['IDEMPOTENCY_KEY_REUSED', 'IDEMPOTENCY_IN_PROGRESS'] as const),
		);
	return codes;
}

function refusal(route: RestRoute, codes: readonly Refusal[]): Json {
	const [only = 'INTERNAL', ...others] = codes;
	if (only === 'RATE_LIMIT_EXCEEDED') return problemAnswer(codes, ratesOf(route).map(rateWords));
	if (others.length > 0) return problemAnswer(codes);
	return { $ref: `${RESPONSES_AT}${only}` };
}

/** The refusals that come alone: told once. */
export function namedRefusals(routes: readonly RestRoute[]): Json {
	const told = JSON.stringify(routes.map(responses));
	const names = [...told.matchAll(/"#\/components\/responses\/(\w+)"/g)].map(([, name]) => name);
	const isNamed = (code: Refusal) => names.includes(code);
	const codes = routes.flatMap((route) => [...usualRefusals(route), ...(route.problems ?? [])]);
	return Object.fromEntries(
		[...new Set(codes)].filter(isNamed).map((code) => [code, problemAnswer([code])]),
	);
}

function problemAnswer(codes: readonly Refusal[], more: readonly string[] = []): Json {
	const statuses = codes.map(statusOf);
	const headers = {
		...(statuses.includes(401) && { 'WWW-Authenticate': header('Authenticate') }),
		...(statuses.some((status) => [429, 503].includes(status)) && {
			'Retry-After': header('RetryAfter'),
		}),
	};
	const code = { type: 'string', enum: codes };
	return {
		description: [...codes.map((each) => `\`${each}\`: ${problemOf(each).detail}`), ...more].join(
			'\n\n',
		),
		...(Object.keys(headers).length > 0 && { headers }),
		content: {
			'application/problem+json': {
				schema: { allOf: [output(Problem, ''), { properties: { code }, required: ['code'] }] },
			},
		},
	};
}

function ratesOf({ method, auth, rates }: RestRoute): readonly Rate[] {
	if (rates) return rates;
	return method === 'GET' || auth === 'none' ? [] : [['change', 'for each person']];
}

function rateWords([rule, forWhom]: Rate): string {
	return `At most ${RATE_RULES[rule].points} ${PERIODS[RATE_RULES[rule].perS]} ${forWhom}.`;
}

const PERIODS: Readonly<Record<(typeof RATE_RULES)[RateRule]['perS'], string>> = {
	1: 'a second',
	60: 'a minute',
	900: 'in 15 minutes',
	3600: 'an hour',
};
