import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import words from '../messages/en.json';

const SRC = fileURLToPath(new URL('.', import.meta.url));

test('every message is said somewhere', () => {
	const sources = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
		.filter((path) => /\.(ts|svelte)$/.test(path) && !path.includes('paraglide'))
		.map((path) => readFileSync(join(SRC, path), 'utf8'));
	const said = new Set([...sources.join('\n').matchAll(/\bm\.(\w+)/g)].map(([, name]) => name));
	const names = Object.keys(words).filter((name) => !name.startsWith('$'));
	expect(names.filter((name) => !said.has(name))).toEqual([]);
});
