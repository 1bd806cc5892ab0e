import { WIRE_LIMITS } from '$lib/protocol';
import type { Auth } from '$lib/server/auth/auth';
import type { Bus } from '$lib/server/bus';
import type { Ephemeral } from '$lib/server/ephemeral';
import type { Fixes } from '$lib/server/fixes';
import type { Here } from '$lib/server/here';
import type { Log } from '$lib/server/log';
import type { Meetings } from '$lib/server/meetings';
import type { People } from '$lib/server/people';
import type { Requests } from '$lib/server/requests';
import type { Snapshots } from '$lib/server/snapshot';

/** The times of the gateway; tests make them short. */
export interface Timings {
	readonly heartbeatMs: number;
	readonly presenceGraceMs: number;
	/** How long a socket may take to answer our goodbye before it is cut. */
	readonly goodbyeMs: number;
	/** How long instances that found one another again have to say who is with them. */
	readonly settleMs: number;
}

export const TIMINGS: Timings = {
	heartbeatMs: WIRE_LIMITS.heartbeatMs,
	presenceGraceMs: WIRE_LIMITS.presenceGraceMs,
	goodbyeMs: 2_000,
	settleMs: 1_500,
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
	/** Milliseconds since 1970. */
	readonly now: () => number;
	readonly newId: () => string;
	readonly log: Log;
	/** The one Origin pages may come from; without it the Host that the browser asked for. */
	readonly origin?: string | undefined;
	readonly timings?: Partial<Timings>;
}
