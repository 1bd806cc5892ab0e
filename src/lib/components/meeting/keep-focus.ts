/** As much of an element as is needed to find where the focus goes. */
export interface Spot {
	readonly isConnected: boolean;
	matches(selector: string): boolean;
	querySelector(selector: string): HTMLElement | null;
}

/**
 * Where the focus goes when what had it is gone: to what is left of the card around it, which takes
 * it itself or has a heading. `around` goes from the inside out.
 */
export function heirOf<S extends Spot>(around: readonly S[]): S | HTMLElement | null {
	for (const spot of around) {
		// Nor where the panel was folded up over it: nothing in there takes a focus.
		if (!spot.isConnected || spot.matches('[inert], [inert] *')) continue;
		if (spot.matches('[tabindex]')) return spot;
		const heading = spot.querySelector('h1, h2, h3');
		if (heading !== null) return heading;
	}
	return null;
}

/** An attachment: pressing a button that goes away by it must not throw the keyboard back to the top. */
export function keepFocus(root: HTMLElement): () => void {
	let around: HTMLElement[] = [];

	function note({ target }: FocusEvent) {
		around = [];
		let element = target instanceof HTMLElement ? target : null;
		while (element !== null) {
			around.push(element);
			element = element === root ? null : element.parentElement;
		}
	}

	function mend() {
		const [last, ...cards] = around;
		if (last === undefined || last.isConnected) return;
		around = [];
		// Something else has taken it already: the card that came knew better.
		if (document.activeElement !== null && document.activeElement !== document.body) return;
		const heir = heirOf(cards);
		if (heir === null) return;
		if (!heir.hasAttribute('tabindex')) heir.tabIndex = -1;
		heir.focus({ preventScroll: true });
	}

	root.addEventListener('focusin', note);
	const observer = new MutationObserver(mend);
	observer.observe(root, { childList: true, subtree: true });
	return () => {
		root.removeEventListener('focusin', note);
		observer.disconnect();
	};
}
