/** Radii a person can picture. The first ones are the words of the distance bar: reach, near, close. */
export const RING_RADII_M = [
	...[50, 150, 500, 1_000, 5_000, 10_000, 50_000],
	...[100_000, 500_000, 1_000_000, 5_000_000],
] as const;

/** Smaller than this a ring is hidden by the person in it, and its label with it. */
const SMALLEST_PX = 56;
const MOST = 3;

/**
 * The rings worth drawing: those that are large enough to see and still cut through the view, the
 * smaller ones first.
 */
export function ringsFor(metresPerPx: number, viewPx: number): number[] {
	if (!(metresPerPx > 0)) return [];
	return RING_RADII_M.filter((radiusM) => {
		const radiusPx = radiusM / metresPerPx;
		return radiusPx >= SMALLEST_PX && radiusPx <= viewPx;
	}).slice(0, MOST);
}

/** The round length that fits into `maxPx`, and how wide it is drawn: 1, 2 or 5 times a power of ten. */
export function scaleBar(metresPerPx: number, maxPx: number): { lengthM: number; widthPx: number } {
	const maxM = metresPerPx * maxPx;
	const power = 10 ** Math.floor(Math.log10(maxM));
	const lengthM = ([5, 2, 1].find((step) => step * power <= maxM) ?? 1) * power;
	return { lengthM, widthPx: lengthM / metresPerPx };
}

/** "50 m", "5 km": whole, as these lengths are. */
export function roundLengthText(lengthM: number, locale: string): string {
	const [value, unit] = lengthM < 1_000 ? [lengthM, 'meter'] : [lengthM / 1_000, 'kilometer'];
	return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short' }).format(value);
}
