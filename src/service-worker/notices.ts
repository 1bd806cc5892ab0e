import { m } from '$lib/paraglide/messages';

/** What a push of ours becomes on the screen: no name, no place, for it may lie on a locked phone. */
export interface ShownNotice {
	readonly title: string;
	readonly body: string;
	/** A newer notice of a kind takes the place of the older one. */
	readonly tag: string;
	/** What a tap opens. */
	readonly path: string;
}

/** By the kind that the server names; what it may name tomorrow reads as the last one. */
const WORDS = new Map<unknown, () => string>([
	['request_received', () => m.push_request_received()],
	['request_accepted', () => m.push_request_accepted()],
	['friend_joined', () => m.push_friend_joined()],
]);

/** Never throws: a push that shows nothing costs a site its permission. */
export function noticeOf(text: string | undefined): ShownNotice {
	const { kind, path } = read(text);
	const words = WORDS.get(kind);
	return {
		title: m.app_name(),
		body: words?.() ?? m.push_something_new(),
		tag: words && typeof kind === 'string' ? kind : 'news',
		path: ownPath(path),
	};
}

/** A path of this site, whatever was sent: `//elsewhere`, `/\elsewhere` and addresses lead home. */
export function ownPath(path: unknown): string {
	return typeof path === 'string' && /^\/(?![/\\])[^\s\\]*$/.test(path) ? path : '/';
}

function read(text: string | undefined): { kind?: unknown; path?: unknown } {
	try {
		const sent: unknown = JSON.parse(text ?? '');
		return typeof sent === 'object' && sent !== null ? sent : {};
	} catch {
		return {};
	}
}
