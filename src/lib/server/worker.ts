import type { Log } from './log';
import type { Meetings } from './meetings';
import type { Requests } from './requests';
import type { Retention } from './retention';

export interface WorkerDeps {
	readonly meetings: Pick<Meetings, 'endOverdue'>;
	readonly requests?: Pick<Requests, 'expireOverdue'>;
	readonly retention?: Retention;
	readonly log: Log;
	readonly everyMs?: number;
	readonly sweepEveryMs?: number;
}

export interface Worker {
	/** Waits for the rounds that are running. */
	stop(): Promise<void>;
}

/**
 * Looks after what nobody asks for: ends meetings and requests whose time is over, and deletes what is
 * kept no longer. One in every instance. Its parts do not wait for one another and fail on their own.
 */
export function startWorker({
	meetings,
	requests,
	retention,
	log,
	everyMs = 2_000,
	sweepEveryMs = 10 * 60_000,
}: WorkerDeps): Worker {
	const stopping = new AbortController();
	const parts = [
		startPart('meetings', everyMs, log, async () => {
			tell('meetings', await meetings.endOverdue(), 'overdue_meetings_ended');
		}),
	];
	if (requests)
		parts.push(
			startPart('requests', everyMs, log, async () => {
				tell('requests', await requests.expireOverdue(), 'overdue_requests_expired');
			}),
		);
	if (retention)
		parts.push(
			startPart('retention', sweepEveryMs, log, async () => {
				const counts = await retention.sweep(stopping.signal);
				for (const [type, count] of Object.entries(counts)) tell(type, count, 'old_rows_deleted');
			}),
		);

	function tell(type: string, count: number, event: string): void {
		if (count > 0) log.info({ type, count }, event);
	}

	return {
		async stop() {
			stopping.abort();
			await Promise.all(parts.map((part) => part.stop()));
		},
	};
}

/** Works at once and then again and again, never twice at a time. */
function startPart(
	component: string,
	everyMs: number,
	log: Log,
	work: () => Promise<void>,
): Worker {
	let round: Promise<void> | null = null;
	let isFailing = false;

	const tick = () => {
		// A slow database gets one question at a time.
		round ??= attempt().finally(() => (round = null));
	};
	const timer = setInterval(tick, everyMs).unref();
	tick();
	return {
		async stop() {
			clearInterval(timer);
			await round;
		},
	};

	async function attempt(): Promise<void> {
		try {
			await work();
			if (isFailing) log.info({ component }, 'worker_recovered');
			isFailing = false;
		} catch (error) {
			// Mostly the database is away. The next round tries again; one line says so, not thousands.
			if (!isFailing) log.error({ component, error }, 'worker_failed');
			isFailing = true;
		}
	}
}
