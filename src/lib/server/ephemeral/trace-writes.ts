/** How long a trace may wait for others: a command for each would cost more than all that it says. */
export const GATHER_MS = 4;
/** So many fields leave at once. */
const FIELDS_MAX = 200;
/** Before a Redis that hangs no more than that piles up, and of each field only the newest waits. */
const UNDER_WAY_MAX = 16;

/** The fields of one meeting's hash that wait to be written. */
export interface MeetingFields {
	readonly meetingId: string;
	readonly fields: ReadonlyMap<string, string>;
}

/** Fields of meetings' hashes, gathered for a few milliseconds; of one that is written again only the last. */
export interface TraceWrites {
	add(meetingId: string, field: string, value: string): void;
	/** Writes what waits. Before anything that reads it, or must come after it. */
	flush(): void;
	/** What waits of a meeting, or its fields that end so: not written any more. */
	forget(meetingId: string, ending?: string): void;
}

/** @param write settles once they are written or lost; of those that are too many under way the rest waits */
export function createTraceWrites(
	write: (meetings: readonly MeetingFields[]) => Promise<unknown>,
): TraceWrites {
	const waiting = new Map<string, Map<string, string>>();
	let count = 0;
	let underWay = 0;
	let timer: NodeJS.Timeout | null = null;

	function flush(): void {
		if (timer !== null) clearTimeout(timer);
		timer = null;
		if (waiting.size === 0) return;
		const meetings = [...waiting].map(([meetingId, fields]) => ({ meetingId, fields }));
		waiting.clear();
		count = 0;
		underWay++;
		void write(meetings).finally(() => {
			underWay--;
			goOn();
		});
	}

	function goOn(): void {
		if (waiting.size === 0 || underWay >= UNDER_WAY_MAX) return;
		if (count >= FIELDS_MAX) flush();
		else timer ??= setTimeout(flush, GATHER_MS).unref();
	}

	return {
		add(meetingId, field, value) {
			let fields = waiting.get(meetingId);
			if (fields === undefined) waiting.set(meetingId, (fields = new Map<string, string>()));
			if (!fields.has(field)) count++;
			fields.set(field, value);
			goOn();
		},
		flush,
		forget(meetingId, ending = '') {
			const fields = waiting.get(meetingId);
			for (const field of fields?.keys() ?? []) if (field.endsWith(ending)) fields?.delete(field);
			if (fields?.size === 0) waiting.delete(meetingId);
		},
	};
}
