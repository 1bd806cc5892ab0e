/** Every way the server says goodbye. The reason travels in the close frame; clients go by the code. */
export const CLOSE = {
	goingAway: { code: 1001, reason: 'going_away' },
	tooManyPieces: { code: 1008, reason: 'too_many_pieces' },
	tooBig: { code: 1009, reason: 'too_big' },
	bug: { code: 1011, reason: 'internal_error' },
	restart: { code: 1012, reason: 'restart' },
	overloaded: { code: 1013, reason: 'overloaded' },
	abuse: { code: 4400, reason: 'protocol_abuse' },
	loginRevoked: { code: 4401, reason: 'login_revoked' },
	removed: { code: 4403, reason: 'removed' },
	dead: { code: 4408, reason: 'dead' },
	replaced: { code: 4409, reason: 'replaced' },
	ended: { code: 4410, reason: 'ended' },
} as const;
export type CloseName = keyof typeof CLOSE;

/** What a client does after a close code: come back by itself, wait for the person, or stop. */
export type AfterClose = 'retry' | 'wait_for_tap' | 'stop';

/** Codes this table does not name are network trouble: retry. */
export function afterClose(code: number): AfterClose {
	switch (code) {
		case CLOSE.replaced.code:
			return 'wait_for_tap';
		case CLOSE.ended.code:
		case CLOSE.removed.code:
		case CLOSE.loginRevoked.code:
			return 'stop';
		default:
			return 'retry';
	}
}
