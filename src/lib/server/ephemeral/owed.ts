import { EPHEMERAL_TTL_MS } from './ephemeral';

/** Deletions that Redis did not take yet, of a meeting or of one person in it. */
export interface Owed {
	add(meetingId: string, personId: string | null): void;
	/** Tries all of them, the oldest first, until one fails. */
	settle(): Promise<void>;
	readonly size: number;
}

export interface OwedDeps {
	readonly erase: (meetingId: string, personId: string | null) => Promise<unknown>;
	readonly now: () => number;
	readonly max?: number;
}

const AT_A_TIME = 500;

/**
 * Whatever lies in Redis ends by itself ten minutes after its last word, and nobody writes of what was
 * deleted: so a debt ends then, too. Where there are too many the oldest ones go first, which Redis lets
 * go of soonest.
 */
export function createOwed({ erase, now, max = 100_000 }: OwedDeps): Owed {
	/** When each was owed, oldest first. */
	const sinceMs = new Map<string, number>();

	function dropSettledByTime(): void {
		for (const [key, atMs] of sinceMs) {
			if (now() - atMs < EPHEMERAL_TTL_MS && sinceMs.size <= max) return;
			sinceMs.delete(key);
		}
	}

	async function pay(key: string): Promise<boolean> {
		const end = key.indexOf(' ');
		try {
			await erase(key.slice(0, end), key.slice(end + 1) || null);
		} catch {
			return false; // still owed: whoever erases tells why
		}
		sinceMs.delete(key);
		return true;
	}

	return {
		add(meetingId, personId) {
			const key = `${meetingId} ${personId ?? ''}`;
			sinceMs.delete(key);
			sinceMs.set(key, now());
			dropSettledByTime();
		},
		async settle() {
			dropSettledByTime();
			const keys = [...sinceMs.keys()];
			for (let start = 0; start < keys.length; start += AT_A_TIME) {
				const paid = await Promise.all(keys.slice(start, start + AT_A_TIME).map(pay));
				if (paid.includes(false)) return;
			}
		},
		get size() {
			return sinceMs.size;
		},
	};
}
