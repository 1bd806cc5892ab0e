import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import {
	CLIENT_PAYLOADS,
	CLOSE,
	ExtendBody,
	INBOX_PAYLOADS,
	InvitePreview,
	Problem,
	readClientFrame,
	readInboxFrame,
	readServerFrame,
	RedeemBody,
	RenewInviteBody,
	SERVER_PAYLOADS,
	StartSessionAnswer,
	StartSessionBody,
} from './index';

/** PROTOCOL.md can't say what the code does not: its examples are parsed. That its rules have tests is seen to by src/rules.test.ts. */

const SRC = fileURLToPath(new URL('../../', import.meta.url));
const page = readFileSync(`${SRC}../PROTOCOL.md`, 'utf8');

interface Example {
	readonly of: string;
	readonly json: string;
}
const examples: Example[] = [...page.matchAll(/^```json(.*)\n([\s\S]*?)^```$/gm)].map(
	([, of = '', json = '']) => ({ of: of.trim(), json }),
);

const BODIES: Record<string, z.ZodType> = {
	Problem,
	StartSessionBody,
	StartSessionAnswer,
	InvitePreview,
	RedeemBody,
	RenewInviteBody,
	ExtendBody,
};

describe('the examples of PROTOCOL.md', () => {
	test.each(examples)('$of $json', ({ of, json }) => {
		if (of === 'client') expect(readClientFrame(json).kind).toBe('message');
		else if (of === 'server') {
			// Read as it stands: a field that the schema would drop does not belong on the page.
			expect(readServerFrame(json)).toEqual(JSON.parse(json));
		} else if (of === 'inbox') expect(readInboxFrame(json)).toEqual(JSON.parse(json));
		else {
			const schema = BODIES[of];
			if (!schema) throw new Error(`an example of "${of}" can't be checked`);
			expect(schema.parse(JSON.parse(json))).toEqual(JSON.parse(json));
		}
	});

	test.each([
		['client', Object.keys(CLIENT_PAYLOADS)],
		['server', Object.keys(SERVER_PAYLOADS)],
		['inbox', Object.keys(INBOX_PAYLOADS)],
	])('show every %s message', (side, types) => {
		const shown = examples.filter(({ of }) => of === side).map(({ json }) => typeOf(json));
		expect([...new Set(shown)].sort()).toEqual([...types].sort());
	});
});

test('every close code of PROTOCOL.md is one of ours, and every one of ours is there', () => {
	const rows = [...page.matchAll(/^\| (\d{4}) +\|/gm)].map(([, code]) => Number(code));
	expect(rows).toEqual(Object.values(CLOSE).map(({ code }) => code));
});

function typeOf(json: string): unknown {
	const frame: unknown = JSON.parse(json);
	return typeof frame === 'object' && frame !== null && 'type' in frame ? frame.type : undefined;
}
