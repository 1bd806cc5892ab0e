import type { MemoryEphemeral } from './memory';
import type { TracePart } from './redis-values';

export interface RestoreDeps {
	/** What this instance knows of those who are or were here while Redis did not answer. */
	readonly own: MemoryEphemeral;
	/** Writes unless something later stands, which the property `laterBy` of the values tells. */
	readonly write: (
		meetingId: string,
		part: TracePart,
		personId: string,
		value: object,
		laterBy: string,
		ttlMs: number,
	) => Promise<unknown>;
}

const AT_A_TIME = 200;

/**
 * Gives a Redis that lost or missed something what this instance knows: the last fix, how somebody shares
 * and travels, that he is here or has left. Rejects where Redis stops answering in the midst of it.
 */
export function createRestore({ own, write }: RestoreDeps): () => Promise<void> {
	let current = {};

	async function restore(meetingId: string): Promise<void> {
		const leftMs = own.leftMs(meetingId);
		if (leftMs <= 0) return;
		const writes: Promise<unknown>[] = [];
		for (const [personId, { fix, sharing, routeMode, presence }] of own.recalled(meetingId)) {
			const give = (part: TracePart, value: object | null, laterBy: string) => {
				if (value) writes.push(write(meetingId, part, personId, value, laterBy, leftMs));
			};
			give('fix', fix, 'server_time');
			give('sharing', sharing && { saidAtMs: 0, ...sharing }, 'saidAtMs');
			// When he chose it is not known here: anything that stands was chosen later.
			give('mode', routeMode && { mode: routeMode, saidAtMs: 0 }, 'saidAtMs');
			give('presence', presence, 'lastSeenAtMs');
		}
		await Promise.all(writes);
	}

	return async () => {
		const turn = (current = {});
		const ids = own.meetingIds();
		// A newer turn begins from the start.
		for (let start = 0; start < ids.length && turn === current; start += AT_A_TIME)
			await Promise.all(ids.slice(start, start + AT_A_TIME).map(restore));
	};
}
