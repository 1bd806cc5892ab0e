import type { CompassPoint, Fix, LatLon } from '$lib/geo';
import type {
	Approach,
	MeetingEventType,
	Place,
	Proximity,
	RouteMode,
	SharingState,
} from '$lib/meeting';
import type { Presence, Session } from '$lib/protocol';

/** What the pages may read of a running meeting and do in it. `LiveMeeting` keeps the promise. */
export interface LiveView {
	readonly connection: Connection;
	/** The meeting as the server last told it. */
	readonly session: Session;
	/** Milliseconds to the end time, never below 0; ticks once a second. */
	readonly leftMs: number;
	readonly self: PersonView;
	/** Null until somebody took the second seat. */
	readonly peer: PersonView | null;
	/** Null while one of the two positions is unknown. */
	readonly between: Between | null;
	readonly proximity: Proximity | null;
	/** What the viewer may do now, from the same rules that judge the deed. */
	readonly allowed: ReadonlySet<MeetingEventType>;
	readonly here: HereView | null;
	/** The last thing that concerns "I'm here" and is worth a sentence; goes away by itself. */
	readonly notice: Notice | null;
	readonly location: LocationState;
	/** The viewer pressed Pause; `self.sharing` is `paused` also where no position can be had. */
	readonly isPaused: boolean;
	/** The viewer's position is the place set by hand and not the device's: "I'm waiting here". */
	readonly waitsByHand: boolean;
	readonly wakeLock: WakeLockState;
	/** False once pausing or hiding lasted longer than the grace: the peer is not seen either. */
	readonly seesPeer: boolean;
	/** Milliseconds until `seesPeer` turns false, null while sharing. */
	readonly blindInMs: number | null;
	/** Who last set or cleared the meeting place while this page was open, by person id. */
	readonly placeBy: string | null;
	/** This tab made the link it shows and knows how to kill it. */
	readonly canRevokeInvite: boolean;
	readonly ended: { readonly reason: string; readonly atMs: number } | null;

	/** Only from a tap (or where permission is known to be granted): the browser may ask here. */
	shareLocation(): void;
	/** "I'm waiting here": a position set by hand, for people without GPS. */
	waitAt(place: LatLon): void;
	pause(): void;
	resume(): void;
	/** "I'm here", by hand: "We've met anyway". */
	pressHere(byHand: boolean): void;
	/** Takes back one's own press, or says "Not yet" to the other's. */
	notYet(): void;
	/** Works also while the socket is away. Resolves to false if the server could not be reached. */
	end(): Promise<boolean>;
	extend(minutes: number): Promise<boolean>;
	/** Null clears it. False while the connection is away, which is said, too; else all hear of it. */
	setDestination(place: Place | null): boolean;
	/** Shown at once, and told as soon as there is a connection. */
	setRouteMode(mode: RouteMode): void;
	/** Takes the other's seat away: the creator's business. False if the server did not do it. */
	remove(personId: string): Promise<boolean>;
	/** Ends the meeting, for good. False if the server could not be reached. */
	block(personId: string): Promise<boolean>;
	reconnectNow(): void;
	setWakeLock(wanted: boolean): void;
}

export type Connection =
	| { readonly state: 'connecting' }
	| { readonly state: 'live' }
	/** Lost; `inMs` until the next try, counted down to the second. */
	| { readonly state: 'reconnecting'; readonly inMs: number }
	/** The device itself says it has no network. */
	| { readonly state: 'offline' }
	/** Another tab or device of the same person took over: waits for a tap (`reconnectNow`). */
	| { readonly state: 'elsewhere' }
	| { readonly state: 'closed'; readonly why: 'ended' | 'removed' | 'logged_out' };

export interface PersonView {
	readonly id: string;
	readonly name: string;
	readonly isSelf: boolean;
	readonly presence: Presence;
	readonly sharing: SharingState;
	/** Null until he chose one. */
	readonly routeMode: RouteMode | null;
	readonly fix: Fix | null;
	/** Age of the fix in milliseconds on the server's clock, ticking once a second. */
	readonly ageMs: number | null;
	/** Older than 30 s: shown as old. */
	readonly isOld: boolean;
}

export interface Between {
	readonly distanceM: number;
	/** From self to peer, degrees clockwise from true north. */
	readonly bearingDeg: number;
	readonly compass: CompassPoint;
	readonly approach: Approach;
	/** 0 where they were farthest apart in this visit, 1 where they meet: the distance bar. */
	readonly progress: number;
}

export interface HereView {
	readonly mine: boolean;
	readonly theirs: boolean;
	readonly leftMs: number;
}

export type Notice =
	/** `distanceM` where the server told it. */
	| { readonly kind: 'too_far'; readonly distanceM: number | null }
	| { readonly kind: 'no_recent_location' }
	| { readonly kind: 'window_ran_out' }
	/** `byPeer`: the other said "Not yet" or took his press back. */
	| { readonly kind: 'not_yet'; readonly byPeer: boolean }
	/** It came to the server, which can't do it just now. */
	| { readonly kind: 'unavailable' }
	/** Any other refusal, by its code; UNAVAILABLE where it was not even sent. */
	| { readonly kind: 'refused'; readonly code: string };

export type LocationState =
	/** Not asked yet: waits for a tap. */
	| { readonly state: 'off' }
	/** The browser is asking, or the first fix is on its way. */
	| { readonly state: 'asking' }
	| { readonly state: 'watching' }
	/** The device gives only a coarse position: it can't be sent (accuracy over 100 m). */
	| { readonly state: 'approximate'; readonly accuracyM: number }
	| { readonly state: 'denied' }
	| { readonly state: 'unavailable' }
	| { readonly state: 'timeout' }
	/** No HTTPS: the browser gives no position at all. */
	| { readonly state: 'insecure' }
	| { readonly state: 'unsupported' };

export type WakeLockState = 'off' | 'on' | 'refused' | 'unsupported';
