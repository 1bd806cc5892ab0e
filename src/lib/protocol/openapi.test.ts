import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import { openApiDocument } from './openapi';
import { WORDS } from './openapi-words';
import { problemOf, REFUSALS } from './index';

/** Whoever has nothing but the contract of `/api/v1` must be able to write a client. */

type Json = Record<string, unknown>;
interface Operation {
	readonly summary: string;
	readonly tags: readonly string[];
	readonly requestBody?: { readonly content: Record<string, { readonly schema: Json }> };
	readonly responses: Record<string, Json>;
}

const document = openApiDocument() as Json & {
	readonly paths: Record<string, Record<string, Operation>>;
	readonly tags: readonly { readonly name: string }[];
	readonly components: Json;
};
const text = JSON.stringify(document);
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
	Object.entries(methods).map(([method, operation]) => ({ ...operation, call: method + path })),
);

test('whatever it points at is there', () => {
	const targets = [...text.matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, target = '']) => target);
	expect(targets.length).toBeGreaterThan(100);
	for (const target of new Set(targets)) expect(at(target), target).toBeDefined();
});

test('whatever is told once is pointed at', () => {
	for (const kind of ['schemas', 'responses', 'headers', 'parameters'])
		for (const name of Object.keys(at(`components/${kind}`) ?? {}))
			expect(text, name).toContain(`"#/components/${kind}/${name}"`);
});

test.each(operations)('$call has a line, a group, and an answer that is no refusal', (call) => {
	expect(call.summary).toMatch(/^[^.]{3,80}\.$/);
	const [tag, ...others] = call.tags;
	expect(document.tags.map(({ name }) => name)).toContain(tag);
	expect(others).toEqual([]);
	expect(Object.keys(call.responses).some((status) => status.startsWith('2'))).toBe(true);
});

test.each(operations.filter(({ requestBody }) => requestBody))(
	'$call tells a body that a validator understands',
	({ requestBody }) => {
		const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
		formats(ajv);
		const schema = requestBody?.content['application/json']?.schema ?? {};
		expect(() => ajv.compile(schema)).not.toThrow();
	},
);

test.each([
	['401', 'WWW-Authenticate'],
	['429', 'Retry-After'],
	['503', 'Retry-After'],
])('each %s tells its %s', (status, header) => {
	const answers = operations.flatMap(({ responses }): Json[] => {
		const answer = responses[status];
		return answer === undefined ? [] : [answer];
	});
	expect(answers.length).toBeGreaterThan(10);
	for (const answer of answers) {
		const told = typeof answer.$ref === 'string' ? at(answer.$ref.slice(2)) : answer;
		expect(told).toMatchObject({ headers: { [header]: {} } });
	}
});

describe('in words', () => {
	test('every field has some', () => {
		const nameless: string[] = [];
		walk(document, (key, held) => {
			if (key !== 'properties') return;
			for (const [field, schema] of Object.entries(held))
				if (field !== 'code' && typeof (schema as Json).description !== 'string')
					nameless.push(field);
		});
		expect(nameless).toEqual([]);
	});

	test('every word is about a field that there is', () => {
		const unused = Object.values(WORDS).filter((words) => !text.includes(JSON.stringify(words)));
		expect(unused).toEqual([]);
	});

	test('every refusal that a call may get says what it means', () => {
		const told = REFUSALS.filter((code) => text.includes(`"${code}"`));
		expect(told.length).toBeGreaterThan(25);
		for (const code of told) expect(text).toContain(`\`${code}\`: ${problemOf(code).detail}`);
	});
});

/** What stands at `components/schemas/Problem`. */
function at(target: string): Json | undefined {
	let value: unknown = document;
	for (const part of target.split('/')) value = (value as Json | undefined)?.[part];
	return value as Json | undefined;
}

function walk(value: Json, see: (key: string, held: Json) => void): void {
	for (const [key, held] of Object.entries(value)) {
		if (typeof held !== 'object' || held === null) continue;
		see(key, held as Json);
		walk(held as Json, see);
	}
}
