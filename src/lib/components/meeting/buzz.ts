/**
 * Lets the phone tremble where it can. Browsers refuse it, with a word in the console, before the
 * first tap on the page: so it is not tried there.
 */
export function buzz(pattern: number[]): void {
	if (!('vibrate' in navigator) || !('userActivation' in navigator)) return;
	if (navigator.userActivation.hasBeenActive) navigator.vibrate(pattern);
}
