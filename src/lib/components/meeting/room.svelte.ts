import type { LatLon } from '$lib/geo';
import type { SheetHeight } from './sheet';

/** What a tap on the map is for: "I'm waiting here", or where the two meet. */
export type Placing = 'waiting' | 'meeting';

/** How high the sheet stands and whether a place is being chosen: what the screen makes room for. */
export class Room {
	height = $state<SheetHeight>('peek');
	placing = $state<Placing | null>(null);
	/** The meeting place that was tapped and has no name yet. */
	chosen = $state.raw<LatLon | null>(null);

	get isPlacing(): boolean {
		return this.placing !== null;
	}

	/** Whoever waits alone sees the code to be scanned; when the other comes, the map is the page. */
	showsCode(isShown: boolean): void {
		this.height = isShown ? 'half' : 'peek';
	}

	place(what: Placing = 'waiting'): void {
		this.placing = what;
		this.chosen = null;
		this.height = 'peek';
	}

	/** A meeting place may be tapped again until it is set. */
	choose(at: LatLon): void {
		if (this.placing === 'meeting') this.chosen = at;
	}

	placed(): void {
		this.placing = null;
		this.chosen = null;
	}

	/** The other asks and there is a minute to answer: nothing may lie over the question. */
	asked(): void {
		this.placed();
		this.height = 'peek';
	}
}
