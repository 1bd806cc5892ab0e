import { expect, type APIRequestContext, type APIResponse } from '@playwright/test';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';

type Json = Record<string, unknown>;

interface Operation {
	readonly parameters: readonly unknown[];
	readonly requestBody?: { readonly content: Record<string, { readonly schema: Json }> };
	readonly responses: Readonly<Record<string, Told | { readonly $ref: string }>>;
}

interface Told {
	readonly headers?: Readonly<Record<string, { readonly $ref: string }>>;
	readonly content?: Record<string, { readonly schema: Json }>;
}

interface Document {
	readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
	readonly components: Json & {
		readonly responses: Readonly<Record<string, Told>>;
		readonly headers: Readonly<Record<string, { readonly required?: boolean }>>;
	};
}

/** What the server itself says it answers, and whether it does. */
export interface Contract {
	/** Every call there is, as `GET /users/me`. */
	readonly calls: readonly string[];
	/** What the body of one of them may hold. */
	fieldsOf(call: string): readonly string[];
	/** Fails where an answer has another status, type or form than its call may have. */
	expectByContract(response: APIResponse, method: string, path: string): Promise<void>;
}

export async function readContract(request: APIRequestContext): Promise<Contract> {
	const document = (await (await request.get('/api/v1/openapi.json')).json()) as Document;
	const ajv = new Ajv2020({ strict: false, allErrors: true });
	formats(ajv);
	const components = closed(document.components);
	const compiled = new Map<string, ValidateFunction>();

	return {
		calls: Object.entries(document.paths).flatMap(([path, operations]) =>
			Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
		),

		fieldsOf(call) {
			const [method = '', path = ''] = call.split(' ');
			const body = document.paths[path]?.[method.toLowerCase()]?.requestBody;
			return Object.keys(body?.content['application/json']?.schema.properties ?? {});
		},

		async expectByContract(response, method, path) {
			const call = `${method} ${path} ${response.status()}`;
			const operation = document.paths[path]?.[method.toLowerCase()];
			const named = operation?.responses[String(response.status())];
			const answer =
				named && '$ref' in named ? document.components.responses[nameOf(named)] : named;
			expect(answer, `${call} is not in the contract`).toBeDefined();
			for (const [header, told] of Object.entries(answer?.headers ?? {}))
				if (document.components.headers[nameOf(told)]?.required)
					expect(response.headers()[header.toLowerCase()], `${call} ${header}`).toBeDefined();
			const [type, told] = Object.entries(answer?.content ?? {})[0] ?? [];
			if (type === undefined || told === undefined) {
				expect(await response.text(), call).toBe('');
				return;
			}
			expect(response.headers()['content-type'], call).toContain(type);
			const validate = compiled.get(call) ?? ajv.compile({ ...closed(told.schema), components });
			compiled.set(call, validate);
			const isByContract = validate(await response.json());
			expect(isByContract, `${call}: ${ajv.errorsText(validate.errors)}`).toBe(true);
		},
	};
}

/** What stands last in `#/components/responses/NOT_FOUND`. */
function nameOf({ $ref }: { readonly $ref: string }): string {
	return $ref.split('/').at(-1) ?? '';
}

/** Answers may grow, but not without the contract: here a field that is not told is a mistake. */
function closed(value: Json): Json {
	const isObject = value.type === 'object' && 'properties' in value;
	return {
		...(isObject && { additionalProperties: false }),
		...Object.fromEntries(Object.entries(value).map(([key, held]) => [key, closedIn(held)])),
	};
}

function closedIn(held: unknown): unknown {
	if (Array.isArray(held)) return held.map(closedIn);
	return typeof held === 'object' && held !== null ? closed({ ...held }) : held;
}
