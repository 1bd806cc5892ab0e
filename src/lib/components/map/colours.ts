/** The colours of what is drawn on the canvas; HTML on the map has the tokens themselves. */
export interface Colours {
	readonly ground: string;
	readonly water: string;
	readonly coast: string;
	readonly ring: string;
	readonly ringInk: string;
	readonly self: string;
	readonly peer: string;
}

const LIGHT = { ground: '#eceee6', water: '#c9dbe0', line: '#c4cabf', ink: '#4c5a54' };
const DARK = { ground: '#111b17', water: '#0a2129', line: '#34443c', ink: '#a9b7b0' };

/** Reads the tokens as they are for `element` now; a missing one has a value of its own. */
export function readColours(element: Element, isDark: boolean): Colours {
	const style = getComputedStyle(element);
	const own = isDark ? DARK : LIGHT;
	const token = (name: string, otherwise: string) =>
		style.getPropertyValue(name).trim() || otherwise;
	return {
		ground: token('--ground', own.ground),
		water: token('--water', own.water),
		coast: token('--line-strong', own.line),
		ring: token('--line-strong', own.line),
		ringInk: token('--ink-soft', own.ink),
		self: token('--self', '#1f5fd6'),
		peer: token('--peer-edge', '#945800'),
	};
}
