import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { openApiDocument, ROUTES } from '$lib/protocol/openapi';

const HERE = fileURLToPath(new URL('.', import.meta.url));

test('every call that is answered is in the contract, and the reverse', () => {
	const told = ROUTES.map(({ method, path }) => `${method} ${path}`);
	expect(told.toSorted()).toEqual(answered().toSorted());
});

test('no two calls have the same name', () => {
	const ids = JSON.stringify(openApiDocument()).match(/"operationId":"\w+"/g) ?? [];
	expect(ids).toHaveLength(ROUTES.length);
	expect(new Set(ids).size).toBe(ids.length);
});

/** By the files there are, and what they export. */
function answered(): string[] {
	return readdirSync(HERE, { recursive: true, encoding: 'utf8' })
		.filter((path) => path.endsWith('+server.ts'))
		.flatMap((path) => {
			const route = dirname(path)
				.split(/[\\/]/)
				.map((part) => part.replace(/^\[(.+)\]$/, '{$1}'))
				.join('/');
			const source = readFileSync(join(HERE, path), 'utf8');
			return [...source.matchAll(/^export const ([A-Z]+)\b/gm)].map(
				([, method]) => `${method} /${route}`,
			);
		});
}
