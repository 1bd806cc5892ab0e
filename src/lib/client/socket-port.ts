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
	const url = socketUrl(origin, '/api/v1/ws/meetup');
	url.searchParams.set('session_id', meetingId);
	if (token !== undefined) url.searchParams.set('token', token);
	return url.href;
}

/** The address of a person's inbox, who is known by cookie. */
export function inboxSocketUrl(origin: string): string {
	return socketUrl(origin, '/api/v1/ws/inbox').href;
}

function socketUrl(origin: string, path: string): URL {
	const url = new URL(path, origin);
	url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
	return url;
}
