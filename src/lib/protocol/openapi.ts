import { z } from 'zod';
import { ANSWER_HEADERS, namedRefusals, responses } from './openapi-answers';
import { INTRODUCTION, tagOf, TAGS } from './openapi-introduction';
import { components, input, type Json } from './openapi-schemas';
import { wordsFor } from './openapi-words';
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
		tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
		paths,
		components: {
			schemas: components(),
			responses: namedRefusals(ROUTES),
			headers: ANSWER_HEADERS,
			parameters: { IdempotencyKey: IDEMPOTENCY_KEY },
			securitySchemes: SECURITY_SCHEMES,
		},
	};
}

const ID = { type: 'string', format: 'uuid' };
const IDEMPOTENCY_KEY = {
	name: 'Idempotency-Key',
	in: 'header',
	required: false,
	description: 'Made up by the caller, anew for each thing to be done: see “Repeating”.',
	schema: ID,
};
const SECURITY_SCHEMES = {
	token: {
		type: 'http',
		scheme: 'bearer',
		description: 'The `token` of registering, logging in or becoming a guest.',
	},
	cookie: {
		type: 'apiKey',
		in: 'cookie',
		name: 'meetup_login',
		description:
			'Behind HTTPS `__Host-meetup_login`. Calls that change something need our `Origin` beside it.',
	},
};

function operation(route: RestRoute): Json {
	const { method, path, summary, description, auth, body } = route;
	return {
		operationId: operationId(route),
		tags: [tagOf(path)],
		summary,
		...(description !== undefined && { description }),
		security: SECURITY[auth],
		parameters: parameters(route),
		...(body && {
			requestBody: {
				required: !body.safeParse({}).success,
				content: { 'application/json': { schema: input(body, `${method} ${path}`) } },
			},
		}),
		responses: responses(route),
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

function parameters(route: RestRoute): Json[] {
	const { method, path, query, headers = {} } = route;
	const fields: Readonly<Record<string, z.core.$ZodType>> = query?.shape ?? {};
	const ids = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
	return [
		...ids.map((name) => ({
			...{ name, in: 'path', required: true },
			description: wordsFor(tagOf(path), name),
			schema: ID,
		})),
		...Object.entries(fields).map(([name, field]) => ({
			...{ name, in: 'query', required: !z.safeParse(field, undefined).success },
			description: wordsFor(`${method} ${path}`, name),
			schema: input(field, ''),
		})),
		...Object.entries(headers).map(([name, description]) => ({
			...{ name, in: 'header', required: true },
			description,
			schema: { type: 'string' },
		})),
		...(method === 'GET' ? [] : [{ $ref: '#/components/parameters/IdempotencyKey' }]),
	];
}
