import type { SheetHeight } from './sheet';

/** How high the sheet stands and whether a place is being chosen: what the screen makes room for. */
export class Room {
	height = $state<SheetHeight>('peek');
	isPlacing = $state(false);

	/** Whoever waits alone sees the code to be scanned; when the other comes, the map is the page. */
	showsCode(isShown: boolean): void {
		this.height = isShown ? 'half' : 'peek';
	}

	place(): void {
		this.isPlacing = true;
		this.height = 'peek';
	}

	placed(): void {
		this.isPlacing = false;
	}

	/** The other asks and there is a minute to answer: nothing may lie over the question. */
	asked(): void {
		this.isPlacing = false;
		this.height = 'peek';
	}
}
