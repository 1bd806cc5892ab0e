import { NAMELESS_GUEST } from '$lib/meeting';

/** Whether somebody gave no name: then there is none to put into a sentence. */
export function isNameless(name: string): boolean {
	return name === NAMELESS_GUEST;
}
