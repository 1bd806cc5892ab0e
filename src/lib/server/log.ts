import { pino, type DestinationStream } from 'pino';
import pretty from 'pino-pretty';
import type { LogLevel } from './env';
import { scrub, scrubError, scrubText } from './log-scrub';

/** All that a line of the log may say besides its event: ids, codes and counts. Nothing typed, no place. */
export interface LogFields {
	readonly meetingId?: string;
	readonly personId?: string;
	readonly inviteId?: string;
	readonly connectionId?: string;
	readonly instanceId?: string;
	/** The route's pattern (`/meet/[id]`), never the address. */
	readonly route?: string | null;
	readonly method?: string;
	readonly status?: number;
	/** A refusal, a close code, an error's code. */
	readonly code?: string | number;
	readonly type?: string;
	readonly component?: string;
	readonly driver?: string;
	readonly signal?: string;
	readonly host?: string;
	readonly port?: number;
	readonly count?: number;
	readonly tookMs?: number;
	readonly error?: unknown;
}

/** `event` is a constant, never put together from what somebody sent: `worker_failed`, `redis_lost`. */
export interface Write {
	(event: string): void;
	(fields: LogFields, event: string): void;
}

export interface Log {
	readonly debug: Write;
	readonly info: Write;
	readonly warn: Write;
	readonly error: Write;
}

/** Writes JSON lines to `destination` (stdout), or for a person's eyes where stdout is a terminal. */
export function createLog(level: LogLevel, destination?: DestinationStream): Log {
	const logger = pino(
		{
			level,
			base: null,
			timestamp: pino.stdTimeFunctions.isoTime,
			formatters: { level: (label) => ({ level: label }) },
		},
		destination ?? (process.stdout.isTTY ? terminal() : pino.destination({ dest: 1, sync: true })),
	);
	const writer =
		(of: 'debug' | 'info' | 'warn' | 'error'): Write =>
		(fields: LogFields | string, event?: string) => {
			if (typeof fields === 'string') logger[of](scrubText(fields));
			else logger[of](allowed(fields), scrubText(event ?? ''));
		};
	return {
		debug: writer('debug'),
		info: writer('info'),
		warn: writer('warn'),
		error: writer('error'),
	};
}

/** A log that says nothing, for tests and scripts. */
export const SILENT: Log = { debug() {}, info() {}, warn() {}, error() {} };

const ALLOWED: Record<Exclude<keyof LogFields, 'error'>, true> = {
	meetingId: true,
	personId: true,
	inviteId: true,
	connectionId: true,
	instanceId: true,
	route: true,
	method: true,
	status: true,
	code: true,
	type: true,
	component: true,
	driver: true,
	signal: true,
	host: true,
	port: true,
	count: true,
	tookMs: true,
};

/** The types keep honest code honest; this keeps out what came past them. */
function allowed(fields: LogFields): Record<string, unknown> {
	const primitives = Object.entries(fields).filter(
		([name, value]) =>
			Object.hasOwn(ALLOWED, name) && (value === null || typeof value !== 'object'),
	);
	return {
		...Object.fromEntries(primitives.map(([name, value]) => [name, scrub(value)])),
		...(fields.error !== undefined && { error: scrubError(fields.error) }),
	};
}

function terminal(): DestinationStream {
	return pretty({ sync: true, translateTime: 'SYS:HH:MM:ss', singleLine: true });
}
