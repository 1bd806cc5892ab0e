import type { Map } from 'maplibre-gl';
import { createContext } from 'svelte';

export interface MapHandle {
	readonly map: Map;
	/** True once the map was taken down: its parts, taken down after it, have nothing left to remove. */
	isGone(): boolean;
}

/** For what stands inside a MapCanvas: there the map is drawn and ready. */
const [getMap, setMap] = createContext<() => MapHandle>();
export { getMap, setMap };
