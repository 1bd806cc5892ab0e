import { m } from '$lib/paraglide/messages';
import { isMet } from './announce';

/** What is left of a meeting: who, when and how it ended, never where and never by whom. */
export interface Receipt {
	readonly names: readonly string[];
	readonly endedAtMs: number;
	readonly reason: string;
}

/** Neutral on purpose: leaving, losing the link and being blocked read the same. */
export function howItEnded(reason: string): string {
	if (isMet(reason)) return m.over_met();
	return reason === 'EXPIRED' ? m.over_expired() : m.over_ended();
}
