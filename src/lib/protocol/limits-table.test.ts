import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { HERE_WINDOW_MS, RECIPROCITY_GRACE_MS } from '$lib/meeting';
import { readEnv } from '$lib/server/env';
import { EPHEMERAL_TTL_MS } from '$lib/server/ephemeral';
import { ATTEMPTS_PER_SOCKET, DOOR_LIMITS } from '$lib/server/gateway/door';
import { PATIENCE } from '../../server/http-server';
import { CLOSE, REFUSALS, SERVER_PAYLOADS, WIRE_LIMITS } from './index';

/* The limits of PROTOCOL.md are those of the code; src/rules.test.ts sees to it that their rules have tests. */
const page = readFileSync(fileURLToPath(new URL('../../../PROTOCOL.md', import.meta.url)), 'utf8');
const [, section = ''] = /^## Limits$([\s\S]*?)^## /m.exec(page) ?? [];
const rows = [...section.matchAll(/^\| (.+?) +\| (.+?) +\| (.+?) +\|$/gm)]
	.map(([, what = '', limit = '', past = '']) => ({ what, limit, past }))
	.filter(({ what }) => what !== 'what' && !/^-+$/.test(what));
const rules = new Set([...page.matchAll(/^- \*\*([PI]\d+)\*\*/gm)].map(([, rule]) => rule));

const used = new Set<string>();
/** Notes which limits stand in the table. */
const wire = new Proxy(WIRE_LIMITS, {
	get(limits, name: keyof typeof WIRE_LIMITS) {
		used.add(name);
		return limits[name];
	},
});

const s = (ms: number) => `${ms / 1_000} s`;
const kib = (bytes: number) => `${bytes / 1_024} KiB`;
const thousands = (count: number) => count.toLocaleString('en-GB');
const { socketsPerAddress, judgedPerAddress, judgedInAll } = DOOR_LIMITS;

const LIMITS: Record<string, string> = {
	'text frame': `${kib(wire.frameMaxBytes)}, past ${kib(wire.frameHardMaxBytes)} the socket is closed`,
	'locations; other messages': `${wire.updatesPerS} per second each, ${wire.updatesBurst} at once, per participant`,
	"frames that can't be read": `${wire.badFramesMax} in ${s(wire.badFramesWindowMs)}`,
	'frames over the rate, pings and pongs': `${wire.floodFramesMax} in ${s(wire.badFramesWindowMs)}`,
	'fragments of a message; pieces of a frame': `${wire.fragmentsMax}; ${wire.piecesMax}`,
	'unsent bytes of one socket': kib(wire.outboxMaxBytes),
	'sockets of one address on a server': `${socketsPerAddress} (\`SOCKETS_PER_ADDRESS\`)`,
	'attempts of one address': `${thousands(socketsPerAddress * ATTEMPTS_PER_SOCKET)} a minute, ${judgedPerAddress} looked up at once`,
	'attempts of all': `${thousands(judgedInAll)} looked up at once`,
	'sockets of sessions; of the inbox': `${wire.meetingSocketsPerPerson}; ${wire.inboxesPerPerson} per person on a server`,
	'head of the request': `${s(PATIENCE.headersTimeout)}, ${kib(PATIENCE.maxHeaderSize)}`,
	'looking up an attempt; until `welcome`': `${s(wire.judgeMs)}; ${s(wire.welcomeMs)}`,
	'silence before a peer is dead': s(wire.heartbeatsMissedMax * wire.heartbeatMs + wire.pongMs),
	'goodbyes before a restart': `spread over ${s(wire.restartMs)}`,
	'grace before `offline`': s(wire.presenceGraceMs),
	'grace before somebody who pauses sees nothing': s(RECIPROCITY_GRACE_MS),
	'"I\'m here" window': s(HERE_WINDOW_MS),
	'locations kept after the last word of a session': `${EPHEMERAL_TTL_MS / 60_000} min; after its end none`,
};

test('the table has every limit, and no other', () => {
	expect(rows.map(({ what }) => what)).toEqual(Object.keys(LIMITS));
	const { protocol: _version, ...limits } = WIRE_LIMITS;
	expect([...used].sort()).toEqual(Object.keys(limits).sort());
	expect(readEnv({}).socketsPerAddress).toBe(socketsPerAddress);
});

describe.each(rows)('$what', ({ what, limit, past }) => {
	test('is what the code has', () => {
		expect(limit).toBe(LIMITS[what]);
	});

	test('past it comes a code of ours, by a rule that is on the page', () => {
		const [, told = '', by = ''] =
			/^(.*) \(([^)]+)\)$/.exec(past.replaceAll(/\([^)]+\); /g, '; ')) ?? [];
		const ids = past.match(/\b[PI]\d+\b/g) ?? [];
		expect(by).not.toBe('');
		expect(ids.filter((id) => !rules.has(id))).toEqual([]);
		const closes = Object.values(CLOSE).map(({ code }) => String(code));
		const statuses = ['408', '429', '431', '503'];
		const words = told.match(/\d+|`[^`]+`/g) ?? [];
		const names = [...REFUSALS, ...Object.keys(SERVER_PAYLOADS)].map((name) => `\`${name}\``);
		const known = new Set([...closes, ...statuses, ...names]);
		expect(words.filter((word) => !known.has(word))).toEqual([]);
		if (words.length === 0) expect(['a new one', 'gone']).toContain(told);
	});
});

test('what clients are told of the limits is true', () => {
	const [, limits = ''] = /"limits": (\{[^}]+\})/.exec(page) ?? [];
	expect(JSON.parse(limits)).toEqual({
		updates_per_s: WIRE_LIMITS.updatesPerS,
		updates_burst: WIRE_LIMITS.updatesBurst,
		frame_max_bytes: WIRE_LIMITS.frameMaxBytes,
		heartbeat_s: WIRE_LIMITS.heartbeatMs / 1_000,
	});
});
