import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Problem, Refusal } from '$lib/protocol';
import type { UpgradeRefusal } from '$lib/server/counters';

/** Why somebody may not come in, told before the upgrade. */
export interface UpgradeRefused {
	readonly status: UpgradeRefusal;
	readonly code: Refusal;
	readonly detail: string;
	/** When another try may go better. */
	readonly retryAfterS?: number;
}

export const WRONG_PATH = refused(404, 'NOT_FOUND', 'there is no socket here');
export const DRAINING: UpgradeRefused = {
	...refused(503, 'DRAINING', 'the server is about to restart'),
	retryAfterS: 1,
};
export const UNAVAILABLE: UpgradeRefused = {
	...refused(503, 'UNAVAILABLE', 'the server cannot look this up right now'),
	retryAfterS: 1,
};

export function refused(status: UpgradeRefusal, code: Refusal, detail: string): UpgradeRefused {
	return { status, code, detail };
}

export function tooMany(detail: string, retryAfterS: number): UpgradeRefused {
	return { ...refused(429, 'RATE_LIMIT_EXCEEDED', detail), retryAfterS };
}

/** Who does not take the few bytes of a refusal in this time is cut. */
const TAKEN_WITHIN_MS = 2_000;

/** Answers with problem details and ends the socket. */
export function refuseUpgrade(socket: Duplex, refusal: UpgradeRefused): void {
	if (socket.destroyed) return;
	const { status, code, detail, retryAfterS } = refusal;
	const title = STATUS_CODES[status] ?? 'Refused';
	const problem: Problem = { type: 'about:blank', title, status, detail, code };
	const body = JSON.stringify(problem);
	// A half-open peer would keep the descriptor: nothing is left to be read from it. Nor does anybody
	// wait for one that asked for much and reads nothing: no timeout of the HTTP server holds here.
	socket.once('finish', () => socket.destroy());
	const cut = setTimeout(() => socket.destroy(), TAKEN_WITHIN_MS).unref();
	socket.once('close', () => clearTimeout(cut));
	socket.end(
		[
			`HTTP/1.1 ${status} ${title}`,
			'Content-Type: application/problem+json',
			`Content-Length: ${Buffer.byteLength(body)}`,
			'Cache-Control: no-store',
			...(retryAfterS === undefined ? [] : [`Retry-After: ${retryAfterS}`]),
			...(status === 401 ? ['WWW-Authenticate: Bearer'] : []),
			'Connection: close',
			'',
			body,
		].join('\r\n'),
	);
}
