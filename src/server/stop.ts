import type { UpgradePort } from '$lib/server/upgrade-port';
import type { MeetUpServer } from './http-server';

export const STOP = {
	/** Answers under way may take this long; a load balancer gives 10 s before it kills. */
	drainMs: 3_000,
	/** Then the sockets, the bus and the database have this long. */
	closeMs: 6_000,
} as const;

/**
 * Stops in order: no new connections, open answers finished, sockets told and closed, bus, database.
 * Resolves with the exit code: 1 where something would not close in time.
 */
export async function stopInOrder(
	{ drain, cut }: Pick<MeetUpServer, 'drain' | 'cut'>,
	port: UpgradePort | undefined,
): Promise<0 | 1> {
	await drain(STOP.drainMs);
	const closed = await within(STOP.closeMs, port?.close() ?? Promise.resolve());
	cut();
	return closed ? 0 : 1;
}

function within(patienceMs: number, work: Promise<void>): Promise<boolean> {
	return new Promise((resolve) => {
		const timer = setTimeout(() => resolve(false), patienceMs);
		work
			.then(
				() => resolve(true),
				(error: unknown) => {
					process.stderr.write(`MeetUp did not stop cleanly: ${String(error)}\n`);
					resolve(false);
				},
			)
			.finally(() => clearTimeout(timer));
	});
}

/**
 * Calls `stop` on Ctrl-C, on SIGTERM, and when the npm that started this process is gone: npm passes
 * no signal on to it, and the port would stay taken. A second signal exits at once.
 */
export function onStopSignal(stop: () => void): void {
	let stopping = false;
	const signalled = (code: number) => () => {
		if (stopping) process.exit(code);
		stopping = true;
		stop();
	};
	process.on('SIGINT', signalled(130));
	process.on('SIGTERM', signalled(143));

	if (process.env.npm_lifecycle_event === undefined) return;
	const parent = process.ppid;
	const watch = setInterval(() => {
		if (process.ppid === parent) return;
		clearInterval(watch);
		if (!stopping) signalled(0)();
	}, 500);
	watch.unref();
}
