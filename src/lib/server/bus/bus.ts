import type { PersonalNews, ServerMessage } from '$lib/protocol';

/** A channel per meeting and per person, named as on the wire between servers. */
export type Channel = `session:${string}` | `user:${string}`;

export const meetingChannel = (meetingId: string): Channel => `session:${meetingId}`;
/** The id of the meeting whose channel it is; of a person's channel, his. */
export const meetingOf = (channel: Channel): string => channel.slice(channel.indexOf(':') + 1);
export const personChannel = (personId: string): Channel => `user:${personId}`;

/** What use cases and gateways tell one another, in this process and in others. */
export type BusEvent =
	/** A message for everybody in the meeting, but not for the person who caused it. */
	| { readonly kind: 'said'; readonly message: ServerMessage; readonly exceptPersonId?: string }
	/** A newer socket of this person took over: any older one closes with 4409. */
	| {
			readonly kind: 'replaced';
			readonly personId: string;
			readonly connectionId: string;
			/** Two that open at once on two servers must agree which is the newer one. */
			readonly openedAtMs: number;
			/** Said before, and perhaps not heard: whoever hears it may have the newer one. */
			readonly isAgain?: boolean;
	  }
	/** A login was revoked: its sockets close with 4401. On the person's channel. */
	| { readonly kind: 'login_revoked'; readonly loginId: string }
	/** The account is deleted: every socket of the person closes with 4401. On the person's channel. */
	| { readonly kind: 'person_deleted' }
	/** For every open page of one person. On the person's channel. */
	| { readonly kind: 'news'; readonly news: PersonalNews };

/** Somebody's fix, for everybody else in the meeting: the bytes that go to each of them as they are. */
export interface RelayedFix {
	readonly kind: 'fix';
	readonly personId: string;
	readonly frame: Buffer;
}

/** Another instance has begun to listen to the channel: what only this one remembers it does not know. */
export interface ListenerCame {
	readonly kind: 'listener_came';
	readonly instanceId: string;
}

export type Heard = BusEvent | RelayedFix | ListenerCame;
export type BusListener = (heard: Heard) => void;

/** How it stands with the other instances. */
export interface BusWatcher {
	/** Redis is back, for this instance or for another: what was said meanwhile was missed. */
	onBack?(): void;
	/** Another instance is gone, with or without a word; these channels of ours it had listened to. */
	onInstanceGone?(instanceId: string, channels: readonly Channel[]): void;
}

export interface Bus {
	readonly instanceId: string;
	/**
	 * Tells every listener of the channel: those of this instance at once and in this call, those of
	 * others soon. Never throws and never waits; while Redis is away only this instance hears it.
	 */
	publish(channel: Channel, event: BusEvent): void;
	/**
	 * The hot path. The listeners of this instance hear the fix in this call; it leaves the process only
	 * where another instance listens to the channel, and then with others of a few milliseconds. What is
	 * published after it arrives after it.
	 */
	relay(channel: Channel, fix: RelayedFix): void;
	/** The same for one other instance alone. */
	relayTo(instanceId: string, channel: Channel, fix: RelayedFix): void;
	/**
	 * Events of this instance arrive from the call on; once it resolves none of another instance is
	 * missed either. Resolves also while Redis is away: the subscription is made when it is back.
	 * The answer ends the subscription, and may be called more than once.
	 */
	subscribe(channel: Channel, listener: BusListener): Promise<() => void>;
	/** Whether somebody of this instance does. */
	isListening(channel: Channel): boolean;
	/** Until the bus is closed. */
	watch(watcher: BusWatcher): void;
	/** Whether other instances can be reached. In memory there are none to miss: always true. */
	isUp(): boolean;
	close(): Promise<void>;
}

const KINDS: ReadonlySet<string> = new Set<BusEvent['kind']>([
	'said',
	'replaced',
	'login_revoked',
	'person_deleted',
	'news',
]);

/** An event of another instance; null for one of a newer version, or for what is none at all. */
export function readBusEvent(json: string): BusEvent | null {
	try {
		const event: unknown = JSON.parse(json);
		return isBusEvent(event) ? event : null;
	} catch (error) {
		if (error instanceof SyntaxError) return null;
		throw error;
	}
}

function isBusEvent(value: unknown): value is BusEvent {
	return (
		typeof value === 'object' &&
		value !== null &&
		'kind' in value &&
		typeof value.kind === 'string' &&
		KINDS.has(value.kind)
	);
}
