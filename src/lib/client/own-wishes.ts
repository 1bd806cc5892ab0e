import type { Place, RouteMode } from '$lib/meeting';
import { clientFrame, type ServerMessage } from '$lib/protocol';

export interface Heard {
	/** A place was sent, the connection broke, and the server knows nothing of it. */
	readonly lostPlace: boolean;
	/** A mode of travel that the server does not know yet; it was told again. */
	readonly keptMode: RouteMode | null;
}

const NOTHING: Heard = { lostPlace: false, keptMode: null };

/** What the person asked for over the socket, until it is certain that the server heard it. */
export class OwnWishes {
	readonly #send: (frame: string) => boolean;
	/** Undefined while no answer is awaited; null where the place is to be cleared. */
	#place: Place | null | undefined = undefined;
	/** The mode chosen last; the server never repeats it to its own person, but in a welcome. */
	#mode: RouteMode | null = null;

	/** `send` answers false while the connection is away. */
	constructor(send: (frame: string) => boolean) {
		this.#send = send;
	}

	/** Not kept for later: by then the two may have agreed on another place. */
	place(place: Place | null): boolean {
		const destination = place && { name: place.name, lat: place.lat, lon: place.lon };
		const isSent = this.#send(clientFrame('destination_update', { destination }));
		if (isSent) this.#place = place;
		return isSent;
	}

	/** Nobody else's business, so it is kept and told when there is a connection again. */
	routeMode(mode: RouteMode): void {
		this.#mode = mode;
		this.#send(clientFrame('route_mode_update', { mode }));
	}

	hear(message: ServerMessage, selfId: string): Heard {
		switch (message.type) {
			case 'destination_update':
				if (message.payload.by_user_id === selfId) this.#place = undefined;
				return NOTHING;
			case 'error':
				if (message.payload.ref === 'destination_update') this.#place = undefined;
				return NOTHING;
			case 'welcome': {
				const wished = this.#place;
				this.#place = undefined;
				const { session, participants } = message.payload;
				const known = participants.find(({ user_id }) => user_id === selfId)?.route_mode;
				const keptMode = this.#mode !== null && known !== this.#mode ? this.#mode : null;
				if (keptMode !== null) this.#send(clientFrame('route_mode_update', { mode: keptMode }));
				return {
					lostPlace: wished !== undefined && !isSame(wished, session.destination),
					keptMode,
				};
			}
			default:
				return NOTHING;
		}
	}
}

function isSame(a: Place | null, b: Place | null): boolean {
	if (a === null || b === null) return a === b;
	return a.lat === b.lat && a.lon === b.lon;
}
