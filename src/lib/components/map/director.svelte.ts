import type { Map, MapMovementEvent } from 'maplibre-gl';
import type { LatLon } from '$lib/geo';
import { frame, freeMiddle, shouldMove, ZOOM, type Padding, type Size, type View } from './camera';
import { lonLat } from './circle';

const FOLLOW_MS = 600;
/** Somebody pressed on a person: near enough to tell the sides of a street apart. */
const CLOSE_UP = 17;
/** From the whole world to a place in four presses, with a look around at each. */
const APPROACH_LEVELS = 4;

/** Moves the camera with the people, until the viewer moves it himself. */
export class Director {
	isFollowing = $state(true);

	/** The view last asked for; where the map is on its way there does not matter. */
	#asked: View | null = null;
	#occasion = '';
	readonly #map: Map;
	readonly #isCalm: () => boolean;

	constructor(map: Map, isCalm: () => boolean) {
		this.#map = map;
		this.#isCalm = isCalm;
		map.on('movestart', this.#onMove);
	}

	close(): void {
		this.#map.off('movestart', this.#onMove);
	}

	/** Shows all these points. A new person or another layout moves it at once, noise does not. */
	show(points: readonly LatLon[], size: Size, padding: Padding): void {
		if (!this.isFollowing) return;
		const wanted = frame(points, size, padding);
		const occasion = JSON.stringify([points.length, size, padding]);
		const isDue = occasion !== this.#occasion || !this.#asked;
		if (!isDue && this.#asked && !shouldMove(this.#asked, wanted, size)) return;
		this.#move(wanted, padding, this.#asked ? FOLLOW_MS : 0);
		this.#asked = wanted;
		this.#occasion = occasion;
	}

	recentre(): void {
		this.#occasion = '';
		this.isFollowing = true;
	}

	letGo(): void {
		this.isFollowing = false;
	}

	goTo(place: LatLon, padding: Padding): void {
		this.letGo();
		const zoom = Math.max(this.#map.getZoom(), CLOSE_UP);
		this.#move({ centre: place, zoom }, padding, FOLLOW_MS);
	}

	/** Some steps towards a place, where the map is too far out to mean one. */
	approach(place: LatLon, padding: Padding): void {
		this.letGo();
		const zoom = Math.min(this.#map.getZoom() + APPROACH_LEVELS, ZOOM.alone);
		this.#move({ centre: place, zoom }, padding, FOLLOW_MS);
	}

	/**
	 * The place under the cross. Not the map's centre: that is the middle of the padding of the last
	 * move, and the sheet may have grown since.
	 */
	aimedAt(size: Size, padding: Padding): LatLon {
		const { lat, lng } = this.#map.unproject(freeMiddle(size, padding)).wrap();
		return { lat, lon: lng };
	}

	zoomBy(levels: number): void {
		this.letGo();
		this.#map.easeTo({ zoom: this.#map.getZoom() + levels, duration: this.#isCalm() ? 0 : 200 });
	}

	turnNorth(): void {
		this.#map.easeTo({ bearing: 0, duration: this.#isCalm() ? 0 : 200 });
	}

	#move({ centre, zoom }: View, padding: Padding, durationMs: number): void {
		const duration = this.#isCalm() ? 0 : durationMs;
		// A spread copy: MapLibre keeps and changes the object.
		this.#map.easeTo({ center: lonLat(centre), zoom, padding: { ...padding }, duration });
	}

	/** Our own moves have no event of the viewer's behind them. */
	readonly #onMove = ({ originalEvent }: MapMovementEvent): void => {
		if (originalEvent) this.letGo();
	};
}
