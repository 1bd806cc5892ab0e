/** The part of a WebSocket that is needed: the browser's own and that of `ws` both have it. */
export interface WebSocketLike {
	readonly readyState: number;
	send(text: string): void;
	close(code?: number, reason?: string): void;
	addEventListener(type: 'open' | 'error', listener: () => void): void;
	addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void;
	addEventListener(type: 'close', listener: (event: { code: number }) => void): void;
}
export type WebSocketClass = new (url: string) => WebSocketLike;

/** The address of a meeting's socket. `token` is for those who have no cookie. */
export function meetingSocketUrl(origin: string, meetingId: string, token?: string): string {
	const url = new URL('/api/v1/ws/meetup', origin);
	url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
	url.searchParams.set('session_id', meetingId);
	if (token !== undefined) url.searchParams.set('token', token);
	return url.href;
}
