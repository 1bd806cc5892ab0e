import type { PersonKind } from '$lib/meeting';
import { getApp } from '$lib/server/app';
import { NEWS } from './news';
import type { LayoutServerLoad } from './$types';

export interface Visitor {
	readonly id: string;
	readonly kind: PersonKind;
	readonly displayName: string;
}

/** Stands around every page, so it never fails: a page that needs the database says so itself. */
export const load: LayoutServerLoad = async ({ locals, depends }) => {
	depends(NEWS);
	const { isLoginKnown } = locals;
	const none = { isLoginKnown, open: [], openCount: 0, nowMs: 0 };
	const login = isLoginKnown ? locals.login : null;
	if (login === null) return { me: null, ...none };
	const me: Visitor = { id: login.personId, kind: login.kind, displayName: login.displayName };
	if (me.kind === 'guest') return { me, ...none };
	const { requests, orAway, now } = await getApp();
	const nowMs = now();
	const pending = await orAway(requests.pendingOf(me.id));
	const open = pending.ok ? pending.value : [];
	return {
		isLoginKnown,
		me,
		/** Both directions, to be compared with what the inbox says. */
		open: open.map(({ request }) => request.id),
		openCount: open.filter(({ to }) => to.id === me.id).length,
		/** What began after this is news to the page. */
		nowMs,
	};
};
