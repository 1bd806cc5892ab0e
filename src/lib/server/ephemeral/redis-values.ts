import { ROUTE_MODES, SHARING_STATES, type HerePress, type HereWindow } from '$lib/meeting';
import type { RouteMode, Sharing } from '$lib/meeting';
import { SharedFix } from '$lib/protocol';
import type { PresenceTrace, Trace } from './ephemeral';

/** What lies in Redis, read as carefully as anything from outside: another version may have written it. */

export const TRACE_PARTS = ['fix', 'sharing', 'mode', 'presence'] as const;
export type TracePart = (typeof TRACE_PARTS)[number];

/** A trace as it is written with its time, in place of what stands unless that has a later one. */
export function ifLater(value: object, atMs: number): string {
	return `${Math.trunc(atMs)} ${JSON.stringify(value)}`;
}

/** The same in place of whatever stands. */
export function inAnyCase(value: object, atMs: number): string {
	return `!${ifLater(value, atMs)}`;
}

/** The fields `<part>:<person id>` of a meeting's hash, by person. What can't be read is left out. */
export function readTraces(fields: Readonly<Record<string, string>>): Map<string, Trace> {
	const people = new Set(Object.keys(fields).map((field) => field.slice(field.indexOf(':') + 1)));
	const part = (name: TracePart, personId: string) => {
		const written = fields[`${name}:${personId}`];
		return parse(written?.slice(written.indexOf(' ') + 1));
	};
	return new Map(
		[...people].map((personId) => [
			personId,
			{
				fix: SharedFix.safeParse(part('fix', personId)).data ?? null,
				sharing: readSharing(part('sharing', personId)),
				routeMode: readMode(part('mode', personId)),
				presence: readPresence(part('presence', personId)),
			},
		]),
	);
}

export function readWindow(json: string | null): HereWindow | null {
	const { presses, expiresAtMs } = parse(json ?? undefined);
	if (!Array.isArray(presses) || typeof expiresAtMs !== 'number') return null;
	const read = presses.map(readPress);
	return read.every((press) => press !== null) ? { presses: read, expiresAtMs } : null;
}

function readPress(value: unknown): HerePress | null {
	const { personId, press } = fieldsOf(value);
	if (typeof personId !== 'string') return null;
	return press === 'measured' || press === 'by_hand' ? { personId, press } : null;
}

function readSharing({ state, sinceMs, saidAtMs }: Fields): Sharing | null {
	const known = SHARING_STATES.find((name) => name === state);
	if (known === undefined || typeof sinceMs !== 'number') return null;
	return { state: known, sinceMs, ...(typeof saidAtMs === 'number' && { saidAtMs }) };
}

function readMode({ mode }: Fields): RouteMode | null {
	return ROUTE_MODES.find((name) => name === mode) ?? null;
}

function readPresence({
	connectionId,
	instanceId = null,
	lastSeenAtMs,
}: Fields): PresenceTrace | null {
	if (typeof lastSeenAtMs !== 'number') return null;
	if (typeof connectionId !== 'string' && connectionId !== null) return null;
	if (typeof instanceId !== 'string' && instanceId !== null) return null;
	return { connectionId, instanceId, lastSeenAtMs };
}

type Fields = Readonly<Record<string, unknown>>;

function parse(json: string | undefined): Fields {
	if (json === undefined) return {};
	try {
		return fieldsOf(JSON.parse(json));
	} catch (error) {
		if (error instanceof SyntaxError) return {};
		throw error;
	}
}

function fieldsOf(value: unknown): Fields {
	return typeof value === 'object' && value !== null ? { ...value } : {};
}
