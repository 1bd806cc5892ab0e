/** The three heights of the bottom sheet, lowest first. */
export const SHEET_HEIGHTS = ['peek', 'half', 'full'] as const;
export type SheetHeight = (typeof SHEET_HEIGHTS)[number];
export type SheetHeightsPx = Readonly<Record<SheetHeight, number>>;

/** Faster than this, a drag is a flick and goes one height on in its direction. */
const FLICK_PX_PER_MS = 0.5;

/**
 * The heights in pixels for a screen and for a peek as tall as its content. Half is never lower than
 * the peek and full always leaves a strip of the map, to see where one is and to drag down by.
 */
export function sheetHeightsPx(screenPx: number, peekPx: number): SheetHeightsPx {
	const full = Math.max(0, screenPx - Math.max(56, screenPx * 0.08));
	const peek = Math.min(peekPx, full);
	return { peek, half: Math.min(full, Math.max(peek + 96, screenPx * 0.66)), full };
}

/** Where a released sheet comes to rest. `velocity` is positive upwards. */
export function settle(
	heights: SheetHeightsPx,
	heightPx: number,
	velocityPxPerMs: number,
): SheetHeight {
	if (Math.abs(velocityPxPerMs) >= FLICK_PX_PER_MS) {
		const goesUp = velocityPxPerMs > 0;
		const beyond = SHEET_HEIGHTS.filter((name) =>
			goesUp ? heights[name] > heightPx : heights[name] < heightPx,
		);
		return (goesUp ? beyond[0] : beyond.at(-1)) ?? (goesUp ? 'full' : 'peek');
	}
	const byNearness = [...SHEET_HEIGHTS].sort(
		(a, b) => Math.abs(heights[a] - heightPx) - Math.abs(heights[b] - heightPx),
	);
	return byNearness[0] ?? 'peek';
}

/** One height up or down; stays at the ends. */
export function step(height: SheetHeight, by: 1 | -1): SheetHeight {
	return SHEET_HEIGHTS[SHEET_HEIGHTS.indexOf(height) + by] ?? height;
}

/** What the handle does on a press: up through the heights and back to the lowest. */
export function cycle(height: SheetHeight): SheetHeight {
	return height === 'full' ? 'peek' : step(height, 1);
}
