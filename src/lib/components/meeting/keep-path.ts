import { resolve } from '$app/paths';

/** Where a guest makes an account of himself, and where he goes from there. */
export function keepPath(next: '/friends' | `/meet/${string}`): string {
	return `${resolve('/keep')}?next=${encodeURIComponent(next)}`;
}
