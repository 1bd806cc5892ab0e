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
>;

/** A picture of the meeting in the few values that are announced. */
export interface Scene {
	readonly peerId: string | null;
	readonly connection: LiveView['connection']['state'];
	readonly approach: Approach | null;
	readonly withinReach: boolean;
	readonly asked: boolean;
	readonly trouble: PeerTrouble | null;
	readonly paused: boolean;
	readonly notice: LiveView['notice'];
	readonly ended: string | null;
	readonly expiresAt: string;
}

/** Noise of the GPS must not make the words of a threshold come and go: leaving takes 10 % more. */
const STICKY = 1.1;
const LIMITS_M: Record<Approach, number> = {
	reach: PROXIMITY.reachM,
	near: PROXIMITY.nearM,
	close: PROXIMITY.closeM,
	far: Infinity,
};

export function sceneOf(live: Heard, before: Scene | null = null): Scene {
	return {
		peerId: live.peer?.id ?? null,
		connection: live.connection.state,
		approach: live.between && steady(live.between, before?.approach ?? null),
		withinReach: live.proximity?.verdict === 'within_reach',
		asked: live.here !== null && live.here.theirs && !live.here.mine,
		trouble: live.peer ? troubleOf(live.peer, live.seesPeer) : null,
		paused: live.isPaused,
		notice: live.notice,
		ended: live.ended?.reason ?? null,
		expiresAt: live.session.expires_at,
	};
}

/** The sentences for what changed between two pictures, the weightiest first. */
export function changes(before: Scene, after: Scene, live: Heard, locale: string): string[] {
	if (after.ended !== null) return before.ended === null ? [endSentence(after.ended)] : [];
	const said: (string | null)[] = [
		askedSentence(before, after, live, locale),
		after.notice !== null && after.notice !== before.notice
			? noticeSentence(after.notice, live.peer?.name ?? '', locale)
			: null,
		connectionSentence(before, after),
		before.peerId === null && live.peer ? m.say_joined({ name: live.peer.name }) : null,
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

function endSentence(reason: string): string {
	return isMet(reason) ? m.say_met() : m.say_ended();
}

function askedSentence(before: Scene, after: Scene, live: Heard, locale: string): string | null {
	if (before.asked || !after.asked || !live.peer || !live.here) return null;
	const leftMs = Math.min(HERE_WINDOW_MS, live.here.leftMs);
	return m.say_asked({ name: live.peer.name, time: secondsText(leftMs, locale) });
}

function connectionSentence(before: Scene, after: Scene): string | null {
	if (before.connection === after.connection) return null;
	const wasLost = before.connection === 'reconnecting' || before.connection === 'offline';
	switch (after.connection) {
		case 'live':
			return wasLost || before.connection === 'elsewhere' ? m.say_reconnected() : null;
		case 'reconnecting':
			return wasLost ? null : m.say_lost();
		case 'offline':
			return m.say_offline();
		case 'elsewhere':
			return m.elsewhere_title();
		default:
			return null;
	}
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
