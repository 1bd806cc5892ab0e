/** What the server calls somebody who gave no name: no name to put into a sentence. */
const NAMELESS = 'Guest';

export function isNameless(name: string): boolean {
	return name === NAMELESS;
}
