import { CLOSE, REFUSALS, type CloseName, type Refusal } from '$lib/protocol';

/** How an upgrade may be refused (rule P2). */
export const UPGRADE_REFUSALS = [400, 401, 403, 404, 410, 429, 503] as const;
export type UpgradeRefusal = (typeof UPGRADE_REFUSALS)[number];

/** By our goodbye, by what broke the rules of WebSocket, or without a word of ours. */
export const CLOSE_REASONS = [
	...(Object.keys(CLOSE) as CloseName[]),
	'brokenFrame',
	'left',
] as const;
export type CloseReason = (typeof CLOSE_REASONS)[number];

/** Why a fix is not passed on; what can't be read or comes too often is no fix yet. */
export const FIX_REFUSALS = ['INVALID_LOCATION', 'SHARING_PAUSED', 'MEETING_ENDED'] as const;

/**
 * What this process has done since its start. Plain numbers that only grow, so that the hot path counts
 * with `counters.x++`; nothing here is of one person or one meeting, and nothing says where anybody is.
 */
export interface Counters {
	/** Messages that came on sockets, of both kinds, whatever is in them. */
	framesIn: number;
	/** Those that were answered with `error`, by its code; on an inbox there is no answer, but it counts. */
	readonly framesRefused: Record<Refusal, number>;
	/** By socket or by HTTP. */
	fixesAccepted: number;
	readonly fixesRefused: Record<(typeof FIX_REFUSALS)[number], number>;
	/** Fixes for one reader each: one accepted fix is pushed to everybody else who is here and may see it. */
	fixesPushed: number;
	/** Those of them whose place was taken by a newer one before they left. */
	fixesConflated: number;
	socketsOpened: number;
	readonly socketsClosed: Record<CloseReason, number>;
	readonly upgradesRefused: Record<UpgradeRefusal, number>;
	/** Commands that publish, each with as many events as it has. */
	redisPublishes: number;
}

export function createCounters(): Counters {
	return {
		framesIn: 0,
		framesRefused: zeroes(REFUSALS),
		fixesAccepted: 0,
		fixesRefused: zeroes(FIX_REFUSALS),
		fixesPushed: 0,
		fixesConflated: 0,
		socketsOpened: 0,
		socketsClosed: zeroes(CLOSE_REASONS),
		upgradesRefused: zeroes(UPGRADE_REFUSALS),
		redisPublishes: 0,
	};
}

function zeroes<Name extends string | number>(names: readonly Name[]): Record<Name, number> {
	return Object.fromEntries(names.map((name) => [name, 0])) as Record<Name, number>;
}
