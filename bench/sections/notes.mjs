import { median } from '../compare.mjs';

/** Below that, what was driven did not have its core, or nothing to do. */
const SATURATED = 80;

/**
 * Whether what was measured was the bottleneck, in sentences.
 * @param {import('../compare.mjs').Rounds} saturated
 */
export function drivingNotes({ reference, measured }) {
	const percent = (/** @type {readonly number[]} */ shares) => Math.round(median(shares) * 100);
	const all = [...reference, ...measured];
	const sum = (/** @type {'sent' | 'conflated' | 'compared' | 'waits'} */ of) =>
		all.reduce((total, round) => total + round[of], 0);
	const busy = percent(measured.map(({ busy }) => busy));
	const referenceBusy = percent(reference.map(({ busy }) => busy));
	return [
		`${sum('sent')} updates sent, all arrived (${sum('conflated')} as a newer one), ${sum('compared')} compared field by field`,
		`busy: measured ${busy} % of a core (its reference ${referenceBusy} %); the load generator never sleeps`,
		...(Math.min(busy, referenceBusy) < SATURATED || sum('waits') > sum('sent') / 100
			? [
					'not saturated: the machine did other things, the load generator had not enough for it, or too few people were allowed to send',
				]
			: []),
	];
}
