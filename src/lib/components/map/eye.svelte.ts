import type { Map } from 'maplibre-gl';
import { metresPerPx, type Size, type View } from './camera';

/** What the map shows right now. Listens from its making until `close`. */
export class Eye {
	view = $state.raw<View>({ centre: { lat: 0, lon: 0 }, zoom: 0 });
	size = $state.raw<Size>({ width: 0, height: 0 });
	/** Degrees by which north is turned away from the top. */
	bearing = $state(0);
	readonly metresPerPx = $derived(metresPerPx(this.view));

	readonly #map: Map;

	constructor(map: Map) {
		this.#map = map;
		this.#look();
		this.#measure();
		map.on('move', this.#look);
		map.on('resize', this.#measure);
	}

	close(): void {
		this.#map.off('move', this.#look);
		this.#map.off('resize', this.#measure);
	}

	readonly #look = (): void => {
		const { lat, lng } = this.#map.getCenter();
		this.view = { centre: { lat, lon: lng }, zoom: this.#map.getZoom() };
		this.bearing = this.#map.getBearing();
	};

	readonly #measure = (): void => {
		const { clientWidth: width, clientHeight: height } = this.#map.getContainer();
		this.size = { width, height };
	};
}
