import type { Log } from './log';
import type { Meetings } from './meetings';

export interface WorkerDeps {
	readonly meetings: Pick<Meetings, 'endOverdue'>;
	readonly log: Log;
	readonly everyMs?: number;
}

export interface Worker {
	/** Waits for the round that is running. */
	stop(): Promise<void>;
}

/** Looks after what nobody asks for: ends meetings whose time is over. One in every instance. */
export function startWorker({ meetings, log, everyMs = 2_000 }: WorkerDeps): Worker {
	let round: Promise<void> | null = null;
	let isFailing = false;

	const tick = () => {
		// A slow database gets one question at a time.
		round ??= work().finally(() => (round = null));
	};
	const timer = setInterval(tick, everyMs).unref();
	tick();
	return {
		async stop() {
			clearInterval(timer);
			await round;
		},
	};

	async function work(): Promise<void> {
		try {
			const count = await meetings.endOverdue();
			if (isFailing) log.info('worker_recovered');
			isFailing = false;
			if (count > 0) log.info({ count }, 'overdue_meetings_ended');
		} catch (error) {
			// Mostly the database is away. The next round tries again; one line says so, not thousands.
			if (!isFailing) log.error({ error }, 'worker_failed');
			isFailing = true;
		}
	}
}
