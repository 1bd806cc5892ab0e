import type { Between, LiveView } from '$lib/client/live-view';
import { HERE_WINDOW_MS, PROXIMITY, type Approach } from '$lib/meeting';
import { m } from '$lib/paraglide/messages';
import { clockText, distanceText, secondsText } from '../ui/format';
import { troubleOf, type PeerTrouble } from './peek';
import { approachWord, noticeSentence, troubleSentence } from './words';

/** What is worth a sentence when it changes: thresholds and states, never single fixes. */
export type Heard = Pick<
	LiveView,
	| 'connection'
	| 'peer'
	| 'between'
	| 'proximity'
	| 'here'
	| 'notice'
	| 'seesPeer'
	| 'ended'
	| 'session'
	| 'isPaused'
	| 'leftMs'
	| 'self'
	| 'placeBy'
>;

/** A picture of the meeting in the few values that are announced. */
export interface Scene {
	readonly peerId: string | null;
	readonly connection: LiveView['connection']['state'];
	readonly closedBy: 'ended' | 'removed' | 'logged_out' | null;
	/** Since when the connection is away, null while it is not. */
	readonly awaySinceMs: number | null;
	/** What is said of a connection that is away for long enough to be worth it. */
	readonly away: 'lost' | 'offline' | null;
	readonly approach: Approach | null;
	readonly withinReach: boolean;
	readonly asked: boolean;
	readonly trouble: PeerTrouble | null;
	readonly paused: boolean;
	readonly notice: LiveView['notice'];
	readonly ended: string | null;
	readonly expiresAt: string;
	/** The meeting place as one word, to be compared. */
	readonly place: string | null;
}

/** Noise of the GPS must not make the words of a threshold come and go: leaving takes 10 % more. */
const STICKY = 1.1;
/** Short drops come and go by themselves: nobody is to hear of each. */
const AWAY_MS = 4_000;
const LIMITS_M: Record<Approach, number> = {
	reach: PROXIMITY.reachM,
	near: PROXIMITY.nearM,
	close: PROXIMITY.closeM,
	far: Infinity,
};

export function sceneOf(live: Heard, before: Scene | null = null): Scene {
	const { connection } = live;
	return {
		peerId: live.peer?.id ?? null,
		connection: connection.state,
		closedBy: connection.state === 'closed' ? connection.why : null,
		...awayness(live, before),
		approach: live.between && steady(live.between, before?.approach ?? null),
		withinReach: isWithinReach(live.proximity, before?.withinReach === true),
		asked: live.here !== null && live.here.theirs && !live.here.mine,
		trouble: live.peer ? troubleOf(live.peer, live.seesPeer) : null,
		paused: live.isPaused,
		notice: live.notice,
		ended: live.ended?.reason ?? null,
		expiresAt: live.session.expires_at,
		place: live.session.destination && JSON.stringify(live.session.destination),
	};
}

/** The sentences for what changed between two pictures, the weightiest first. */
export function changes(before: Scene, after: Scene, live: Heard, locale: string): string[] {
	if (after.ended !== null) return before.ended === null ? [endSentence(after.ended)] : [];
	// What goes with the meeting is no news of its own.
	if (after.closedBy !== null)
		return before.closedBy === null ? closedSentence(after.closedBy) : [];
	const said: (string | null)[] = [
		askedSentence(before, after, live, locale),
		after.notice !== null && after.notice !== before.notice
			? noticeSentence(after.notice, live.peer?.name ?? '', locale)
			: null,
		connectionSentence(before, after),
		before.peerId === null && live.peer ? m.say_joined({ name: live.peer.name }) : null,
		placeSentence(before, after, live),
		approachSentence(before, after, live, locale),
		peerSentence(before, after, live, locale),
		before.paused && !after.paused ? m.say_resumed() : null,
		!before.paused && after.paused ? m.self_paused() : null,
		before.expiresAt !== after.expiresAt
			? m.say_extended({ time: clockText(Date.parse(after.expiresAt), locale) })
			: null,
	];
	return said.filter((sentence) => sentence !== null);
}

export function isMet(reason: string): boolean {
	return reason === 'PROXIMITY_REACHED' || reason === 'MANUAL_CONFIRM';
}

function steady({ approach, distanceM }: Between, before: Approach | null): Approach {
	if (before === null) return approach;
	const movedAway = LIMITS_M[before] < LIMITS_M[approach];
	return movedAway && distanceM <= LIMITS_M[before] * STICKY ? before : approach;
}

function isWithinReach(proximity: Heard['proximity'], before: boolean): boolean {
	if (proximity?.verdict === 'within_reach') return true;
	if (!before || proximity?.verdict !== 'too_far') return false;
	return proximity.distanceM <= proximity.reachM * STICKY;
}

/** The meeting's own countdown is the clock here, so that nothing needs another one. */
function awayness(
	{ connection, session, leftMs }: Heard,
	before: Scene | null,
): Pick<Scene, 'awaySinceMs' | 'away'> {
	const since = before?.awaySinceMs ?? null;
	// Trying again is still being away.
	const isTrying = connection.state === 'connecting' && since !== null;
	const isAway = connection.state === 'reconnecting' || connection.state === 'offline';
	if (!isAway && !isTrying) return { awaySinceMs: null, away: null };
	const nowMs = Date.parse(session.expires_at) - leftMs;
	const awaySinceMs = since ?? nowMs;
	if (before?.away == null && nowMs - awaySinceMs < AWAY_MS) return { awaySinceMs, away: null };
	return { awaySinceMs, away: connection.state === 'offline' ? 'offline' : 'lost' };
}

function closedSentence(why: NonNullable<Scene['closedBy']>): string[] {
	if (why === 'ended') return [];
	return [
		why === 'removed'
			? `${m.removed_title()}. ${m.removed_text()}`
			: `${m.logged_out_title()}. ${m.logged_out_text()}`,
	];
}

function endSentence(reason: string): string {
	return isMet(reason) ? m.say_met() : m.say_ended();
}

function askedSentence(before: Scene, after: Scene, live: Heard, locale: string): string | null {
	if (before.asked || !after.asked || !live.peer || !live.here) return null;
	const leftMs = Math.min(HERE_WINDOW_MS, live.here.leftMs);
	return m.say_asked({ name: live.peer.name, time: secondsText(leftMs, locale) });
}

function connectionSentence(before: Scene, after: Scene): string | null {
	if (after.connection === 'live' && before.connection !== 'live')
		return before.away !== null || before.connection === 'elsewhere' ? m.say_reconnected() : null;
	if (after.connection === 'elsewhere')
		return before.connection === 'elsewhere' ? null : m.elsewhere_title();
	if (after.away === before.away) return null;
	if (after.away === 'offline') return m.say_offline();
	// Back from having no network to trying again: that it is away was said.
	return after.away === 'lost' && before.away === null ? m.say_lost() : null;
}

function placeSentence(before: Scene, after: Scene, live: Heard): string | null {
	if (before.place === after.place) return null;
	const { session, self, peer, placeBy } = live;
	const place = session.destination?.name ?? null;
	if (placeBy === self.id)
		return place === null ? m.say_place_cleared_self() : m.say_place_set_self({ place });
	if (peer !== null && placeBy === peer.id) {
		const { name } = peer;
		return place === null ? m.say_place_cleared({ name }) : m.say_place_set({ name, place });
	}
	// Changed while this page was away: by whom is not told.
	return place === null ? m.say_place_cleared_plain() : m.say_place_set_plain({ place });
}

function approachSentence(before: Scene, after: Scene, live: Heard, locale: string): string | null {
	if (after.withinReach && !before.withinReach) return m.say_within();
	if (live.between === null || after.approach === null || after.approach === before.approach)
		return null;
	if (after.withinReach) return null;
	const approach = approachWord(after.approach);
	return m.say_approach({ approach, distance: distanceText(live.between.distanceM, locale) });
}

function peerSentence(before: Scene, after: Scene, live: Heard, locale: string): string | null {
	if (!live.peer || before.peerId === null || before.trouble === after.trouble) return null;
	if (after.trouble === null)
		return before.trouble === 'weak' ? null : m.say_peer_back({ name: live.peer.name });
	return troubleSentence(after.trouble, live.peer, locale);
}
