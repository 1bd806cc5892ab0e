import type { MemoryEphemeral } from './memory';
import { ifLater, type TracePart } from './redis-values';
import type { MeetingFields } from './trace-writes';

export interface RestoreDeps {
	/** What this instance knows of those who are or were here while Redis did not answer. */
	readonly own: MemoryEphemeral;
	readonly write: (meeting: MeetingFields, ttlMs: number) => Promise<unknown>;
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
		const fields = new Map<string, string>();
		for (const [personId, { fix, sharing, routeMode, presence }] of own.recalled(meetingId)) {
			const give = (part: TracePart, value: object | null, atMs: number) => {
				if (value) fields.set(`${part}:${personId}`, ifLater(value, atMs));
			};
			give('fix', fix, Date.parse(fix?.server_time ?? ''));
			give('sharing', sharing, sharing?.saidAtMs ?? 0);
			// When he chose it is not known here: anything that stands was chosen later.
			give('mode', routeMode && { mode: routeMode }, 0);
			give('presence', presence, presence?.lastSeenAtMs ?? 0);
		}
		if (fields.size > 0) await write({ meetingId, fields }, leftMs);
	}

	return async () => {
		const turn = (current = {});
		const ids = own.meetingIds();
		// A newer turn begins from the start.
		for (let start = 0; start < ids.length && turn === current; start += AT_A_TIME)
			await Promise.all(ids.slice(start, start + AT_A_TIME).map(restore));
	};
}
