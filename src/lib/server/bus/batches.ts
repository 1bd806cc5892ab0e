/** How long a fix may wait for others that go to the same instance. */
export const BATCH_MS = 4;
/** A batch that is this long goes at once. */
const BATCH_MAX_CHARS = 64 * 1024;

/** Records for other instances, gathered for a few milliseconds: one PUBLISH for many fixes. */
export interface Batches {
	add(instanceId: string, record: string): void;
	/** Sends what waits. Before anything that must not overtake it. */
	flush(): void;
	/** What waits for an instance that is gone. */
	forget(instanceId: string): void;
	close(): void;
}

interface Batch {
	readonly records: string[];
	chars: number;
}

export function createBatches(send: (instanceId: string, records: string[]) => void): Batches {
	const waiting = new Map<string, Batch>();
	let timer: NodeJS.Timeout | null = null;

	function flush(): void {
		if (timer !== null) clearTimeout(timer);
		timer = null;
		if (waiting.size === 0) return;
		const batches = [...waiting];
		waiting.clear();
		for (const [instanceId, { records }] of batches) send(instanceId, records);
	}

	return {
		add(instanceId, record) {
			let batch = waiting.get(instanceId);
			if (batch === undefined) waiting.set(instanceId, (batch = { records: [], chars: 0 }));
			batch.records.push(record);
			batch.chars += record.length;
			if (batch.chars >= BATCH_MAX_CHARS) flush();
			else timer ??= setTimeout(flush, BATCH_MS).unref();
		},
		flush,
		forget: (instanceId) => void waiting.delete(instanceId),
		close() {
			if (timer !== null) clearTimeout(timer);
			waiting.clear();
		},
	};
}
