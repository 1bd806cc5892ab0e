import { z } from 'zod';
import { components, input, output, type Json } from './openapi-schemas';
import { statusOf } from './problems';
import type { Refusal } from './refusals';
import { Problem } from './rest';
import type { RestRoute } from './rest-route';
import { KEEPING_ROUTES } from './routes-keeping';
import { MEETING_ROUTES } from './routes-meetings';
import { PEOPLE_ROUTES } from './routes-people';
import { REQUEST_ROUTES } from './routes-requests';

/**
 * The contract of `/api/v1` as an OpenAPI 3.1 document, made of the schemas that parse. Apart from the
 * rest of this folder: only the server needs it, and pages would have to load all of it.
 */

/** Every call there is. */
export const ROUTES: readonly RestRoute[] = [
	...PEOPLE_ROUTES,
	...REQUEST_ROUTES,
	...MEETING_ROUTES,
	...KEEPING_ROUTES,
];

export function openApiDocument(): Json {
	const paths: Record<string, Json> = {};
	for (const route of ROUTES)
		paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operation(route) };
	return {
		openapi: '3.1.1',
		info: {
			title: 'MeetUp',
			version: '1',
			description: INTRODUCTION,
			license: { name: 'MIT', identifier: 'MIT' },
		},
		servers: [{ url: '/api/v1' }],
		paths,
		components: {
			schemas: components(),
			securitySchemes: {
				token: { type: 'http', scheme: 'bearer' },
				cookie: { type: 'apiKey', in: 'cookie', name: 'meetup_login' },
			},
		},
	};
}

const INTRODUCTION = [
	'Log in with `Authorization: Bearer <token>`, or with the cookie that registering, logging in and becoming a guest set (behind HTTPS it is called `__Host-meetup_login`). With the cookie, calls that change something must come from a page of this server, by their `Origin`.',
	'Times are ISO 8601 in UTC. Answers and enumerations may grow: ignore what you do not know. Every refusal is `application/problem+json` (RFC 9457) with a `code`; 404 also stands for what you may not know of.',
	'Calls that change something may be repeated safely with an `Idempotency-Key`: for an hour, the same call with the same key gets the same answer, marked by `Idempotency-Replayed: true`.',
	'Lists that come by pages have a `next_cursor`: give it as `cursor` to get the next page; null is the end.',
	'Live positions and news come by two sockets: `/api/v1/ws/meetup?session_id=…` and `/api/v1/ws/inbox`.',
].join('\n\n');

function operation(route: RestRoute): Json {
	const { method, path, summary, auth, body } = route;
	return {
		operationId: operationId(route),
		tags: [path.split('/')[1]],
		summary,
		security: SECURITY[auth],
		parameters: parameters(route),
		...(body && {
			requestBody: {
				required: !body.safeParse({}).success,
				content: { 'application/json': { schema: input(body) } },
			},
		}),
		responses: { ...answers(route), ...refusals(route) },
		...(method === 'PATCH' && { description: 'Fields that are not sent stay as they are.' }),
	};
}

const LOGIN = [{ token: [] }, { cookie: [] }];
const SECURITY: Record<RestRoute['auth'], readonly Json[]> = {
	none: [],
	optional: [{}, ...LOGIN],
	required: LOGIN,
	account: LOGIN,
};

/** As `postRequestsIdAccept`: what generated clients call it by. */
function operationId({ method, path }: RestRoute): string {
	const words = path.split(/[^a-z]+/).filter((word) => word !== '');
	const upper = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1));
	return method.toLowerCase() + upper.join('');
}

function idsIn(path: string): string[] {
	return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
}

function parameters({ method, path, query, headers = {} }: RestRoute): Json[] {
	const fields: Readonly<Record<string, z.core.$ZodType>> = query?.shape ?? {};
	const id = { type: 'string', format: 'uuid' };
	return [
		...idsIn(path).map((name) => ({ name, in: 'path', required: true, schema: id })),
		...Object.entries(fields).map(([name, field]) => ({
			name,
			in: 'query',
			required: !z.safeParse(field, undefined).success,
			schema: input(field),
		})),
		...Object.entries(headers).map(([name, description]) => ({
			name,
			in: 'header',
			required: true,
			description,
			schema: { type: 'string' },
		})),
		...(method === 'GET'
			? []
			: [{ name: 'Idempotency-Key', in: 'header', required: false, schema: id }]),
	];
}

function answers({ answers }: RestRoute): Json {
	return Object.fromEntries(
		Object.entries(answers).map(([status, schema]) => [
			status,
			schema === null
				? { description: 'Done.' }
				: { description: 'Done.', content: { 'application/json': { schema: output(schema) } } },
		]),
	);
}

/** Each status with the codes it may carry. */
function refusals(route: RestRoute): Json {
	const byStatus = new Map<number, Refusal[]>();
	for (const code of new Set([...usualRefusals(route), ...(route.problems ?? [])]))
		byStatus.set(statusOf(code), [...(byStatus.get(statusOf(code)) ?? []), code]);
	return Object.fromEntries(
		[...byStatus].map(([status, codes]) => [
			String(status),
			{
				description: codes.join(', '),
				...([429, 503].includes(status) && { headers: RETRY_AFTER }),
				content: {
					'application/problem+json': {
						schema: {
							allOf: [output(Problem), { properties: { code: { enum: codes } } }],
						},
					},
				},
			},
		]),
	);
}

const RETRY_AFTER = {
	'Retry-After': { description: 'In so many seconds.', schema: { type: 'integer' } },
};

/** What every call of its kind may be refused with. */
function usualRefusals({ method, path, auth, query, body }: RestRoute): Refusal[] {
	const codes: Refusal[] = ['UNAVAILABLE', 'INTERNAL'];
	if (auth === 'required' || auth === 'account') codes.push('UNAUTHENTICATED');
	if (auth === 'account') codes.push('ACCOUNT_NEEDED');
	if (idsIn(path).length > 0) codes.push('INVALID_ID');
	if (query || body || method !== 'GET') codes.push('INVALID_PAYLOAD');
	if (body) codes.push('UNSUPPORTED_MEDIA_TYPE');
	if (method !== 'GET')
		codes.push(
			...(['FORBIDDEN_ORIGIN', 'RATE_LIMIT_EXCEEDED', 'TOO_LARGE'] as const),
			...(['IDEMPOTENCY_KEY_REUSED', 'IDEMPOTENCY_IN_PROGRESS'] as const),
		);
	return codes;
}
