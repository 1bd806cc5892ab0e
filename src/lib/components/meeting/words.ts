import type { LiveView, LocationState, Notice, PersonView } from '$lib/client/live-view';
import type { CompassPoint } from '$lib/geo';
import type { Approach, Proximity } from '$lib/meeting';
import { m } from '$lib/paraglide/messages';
import { ageText, distanceText, leftText } from '../ui/format';
import type { OwnStanding } from './own-standing';
import { troubleOf, type PeerTrouble } from './peek';

/** The words for every state. Records, so that a new state does not compile without its words. */

const APPROACH: Record<Approach, () => string> = {
	far: m.approach_far,
	close: m.approach_close,
	near: m.approach_near,
	reach: m.approach_reach,
};

const COMPASS: Record<CompassPoint, () => string> = {
	north: m.compass_north,
	north_east: m.compass_north_east,
	east: m.compass_east,
	south_east: m.compass_south_east,
	south: m.compass_south,
	south_west: m.compass_south_west,
	west: m.compass_west,
	north_west: m.compass_north_west,
};

export function approachWord(approach: Approach): string {
	return APPROACH[approach]();
}

export function compassWord(point: CompassPoint): string {
	return COMPASS[point]();
}

/** What keeps the other's position from being live, in one sentence. */
export function troubleSentence(trouble: PeerTrouble, peer: PersonView, locale: string): string {
	const { name } = peer;
	switch (trouble) {
		case 'blind':
			return m.trouble_blind({ name });
		case 'offline':
			return m.trouble_offline({ name });
		case 'paused':
			return m.trouble_paused({ name });
		case 'hidden':
			return m.trouble_hidden({ name });
		case 'waiting':
			return m.trouble_waiting({ name });
		case 'old':
			return m.trouble_old({ name, age: ageText(peer.ageMs ?? 0, locale) });
		case 'weak':
			return peer.fix === null ? m.trouble_weak_none({ name }) : m.trouble_weak({ name });
	}
}

/**
 * How a person stands in the list: the same for oneself and for the other. `isSeen` is false where the
 * viewer himself shares nothing: the other's position is not missing then, it is only not shown.
 */
export function standingWords(person: PersonView, locale: string, isSeen = true): string {
	const trouble = troubleOf(person, true);
	switch (trouble) {
		case 'offline':
			return m.standing_offline();
		case 'paused':
			return m.standing_paused();
		case 'hidden':
			return m.standing_hidden();
		case 'waiting':
			return isSeen ? m.standing_waiting() : m.standing_blind();
		case 'old':
			return m.standing_old({ time: leftText(person.ageMs ?? 0, locale) });
		case 'weak':
			return person.fix === null ? m.standing_weak_none() : m.standing_weak();
		default:
			return person.fix?.manual ? m.standing_by_hand() : m.standing_live();
	}
}

/** Why the meeting can't be made longer, null where it can or is over anyway. */
export function extendNote(live: Pick<LiveView, 'allowed' | 'leftMs'>): string | null {
	return live.allowed.has('extend') || live.leftMs === 0 ? null : m.extend_max();
}

/** Why "I'm here" does not open yet. */
export function lockedReason(proximity: Proximity | null, locale: string): string {
	if (proximity === null) return m.here_locked_missing();
	if (proximity.verdict !== 'unknown')
		return m.here_locked_far({ reach: unbroken(distanceText(proximity.reachM, locale)) });
	switch (proximity.doubt) {
		case 'missing':
			return m.here_locked_missing();
		case 'stale':
			return m.here_locked_stale();
		case 'paused':
			return m.here_locked_paused();
		case 'weak':
			return m.here_locked_weak();
	}
}

/** A figure and its unit stay on one line. */
function unbroken(measure: string): string {
	return measure.replaceAll(' ', '\u00a0');
}

export function noticeSentence(notice: Notice, peerName: string, locale: string): string {
	switch (notice.kind) {
		case 'too_far':
			return notice.distanceM === null
				? m.notice_too_far_plain()
				: m.notice_too_far({ distance: distanceText(notice.distanceM, locale) });
		case 'no_recent_location':
			return m.notice_no_recent();
		case 'window_ran_out':
			return m.notice_ran_out();
		case 'not_yet':
			return notice.byPeer ? m.notice_not_yet_peer({ name: peerName }) : m.notice_not_yet_self();
		case 'unavailable':
			return m.notice_unavailable();
		case 'refused':
			if (notice.code === 'UNAVAILABLE') return m.notice_not_connected();
			return notice.code === 'RATE_LIMIT_EXCEEDED' ? m.notice_busy() : m.notice_refused();
	}
}

export type Platform = 'ios' | 'android' | 'desktop';

/** Where the permission is found again. A guess from the user agent: it only chooses a sentence. */
export function platformOf(userAgent: string, touchPoints: number): Platform {
	if (/android/i.test(userAgent)) return 'android';
	// An iPad says it is a Mac, but no Mac has a touch screen.
	if (/iphone|ipad|ipod/i.test(userAgent) || (/macintosh/i.test(userAgent) && touchPoints > 1))
		return 'ios';
	return 'desktop';
}

export interface Help {
	readonly title: string;
	readonly text: string;
	/** Null where asking again can't help. */
	readonly button: string | null;
	/** "I'm waiting here" is offered, too. */
	readonly byHand: boolean;
	/** Nothing went wrong: it only waits. */
	readonly isCalm: boolean;
}

/** What leaves this device, in a few words. */
export function ownWords(standing: OwnStanding, peerName: string): string {
	switch (standing) {
		case 'cut':
		case 'not_connected':
			return m.sharing_offline();
		case 'paused':
			return m.sharing_paused();
		case 'not_yet':
			return m.sharing_not_yet();
		case 'no_position':
			return m.sharing_no_position();
		case 'alone':
			return m.sharing_alone();
		case 'by_hand':
			return m.sharing_by_hand();
		case 'sharing':
			return m.sharing_with({ name: peerName });
	}
}

/** What went wrong with this device's location, and the way out. Null while all is well. */
export function locationHelp(
	location: LocationState,
	platform: Platform,
	locale: string,
): Help | null {
	switch (location.state) {
		case 'watching':
			return null;
		case 'asking':
			return {
				...help(m.location_asking_title(), m.location_asking_text(), null),
				byHand: false,
				isCalm: true,
			};
		case 'off':
			return {
				...help(m.location_off_title(), m.location_off_text(), m.location_share_button()),
				isCalm: true,
			};
		case 'denied': {
			const steps = {
				ios: m.location_denied_ios,
				android: m.location_denied_android,
				desktop: m.location_denied_desktop,
			}[platform];
			return help(m.location_denied_title(), steps(), m.try_again());
		}
		case 'unavailable':
			return help(m.location_unavailable_title(), m.location_unavailable_text(), m.try_again());
		case 'timeout':
			return help(m.location_timeout_title(), m.location_timeout_text(), m.try_again());
		case 'approximate': {
			const distance = distanceText(location.accuracyM, locale);
			return help(
				m.location_approximate_title(),
				m.location_approximate_text({ distance }),
				m.try_again(),
			);
		}
		case 'insecure':
			return help(m.location_insecure_title(), m.location_insecure_text(), null);
		case 'unsupported':
			return help(m.location_unsupported_title(), m.location_unsupported_text(), null);
	}
}

function help(title: string, text: string, button: string | null): Help {
	return { title, text, button, byHand: true, isCalm: false };
}
