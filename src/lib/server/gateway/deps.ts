import { WIRE_LIMITS } from '$lib/protocol';
import type { Auth } from '$lib/server/auth/auth';
import type { Bus } from '$lib/server/bus';
import type { Counters } from '$lib/server/counters';
import type { Ephemeral } from '$lib/server/ephemeral';
import type { Fixes } from '$lib/server/fixes';
import type { Here } from '$lib/server/here';
import type { Log } from '$lib/server/log';
import type { Meetings } from '$lib/server/meetings';
import type { People } from '$lib/server/people';
import type { Requests } from '$lib/server/requests';
import type { Snapshots } from '$lib/server/snapshot';
import type { DoorLimits } from './door';
import type { LineTimings } from './line';

/** The times of the gateway; tests make them short. */
export interface Timings extends LineTimings {
	readonly heartbeatMs: number;
	readonly presenceGraceMs: number;
	/** How long instances that found one another again have to say who is with them. */
	readonly settleMs: number;
	/** So long an upgrade may be looked up before it is answered all the same. */
	readonly judgeMs: number;
	/** Over so long the goodbyes before a restart are spread, where there are many. */
	readonly restartMs: number;
}

export const TIMINGS: Timings = {
	heartbeatMs: WIRE_LIMITS.heartbeatMs,
	presenceGraceMs: WIRE_LIMITS.presenceGraceMs,
	judgeMs: WIRE_LIMITS.judgeMs,
	welcomeMs: WIRE_LIMITS.welcomeMs,
	pongMs: WIRE_LIMITS.pongMs,
	goodbyeMs: 2_000,
	settleMs: 1_500,
	restartMs: WIRE_LIMITS.restartMs,
};

export interface GatewayDeps {
	readonly auth: Pick<Auth, 'authenticate' | 'validate' | 'openAmong'>;
	readonly meetings: Pick<Meetings, 'find' | 'findMany' | 'change' | 'activeOf'>;
	readonly requests: Pick<Requests, 'pendingOf'>;
	readonly people: Pick<People, 'publicOf'>;
	readonly fixes: Fixes;
	readonly here: Here;
	readonly snapshots: Snapshots;
	readonly bus: Bus;
	readonly ephemeral: Ephemeral;
	readonly counters: Counters;
	/** Whether an error says no more than that the database can't be reached at the moment. */
	readonly isDatabaseAway: (error: unknown) => boolean;
	/** Milliseconds since 1970. */
	readonly now: () => number;
	readonly newId: () => string;
	readonly log: Log;
	/** The one Origin pages may come from; without it the Host that the browser asked for. */
	readonly origin?: string | undefined;
	readonly timings?: Partial<Timings>;
	readonly doorLimits?: Partial<DoorLimits>;
}
