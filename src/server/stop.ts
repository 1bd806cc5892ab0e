import type { UpgradePort } from '$lib/server/upgrade-port';
import type { MeetUpServer } from './http-server';

export const STOP = {
	/** In all: whoever runs servers gives 10 s before he kills. */
	allMs: 9_500,
	/** The sockets have this long: the goodbyes are spread over 3 s, each may be answered for 2 s. */
	socketsMs: 5_500,
	/** Where other processes share the work, the balancer has this long to see that we are not ready. */
	noticeMs: 2_000,
	/** Pages under way may take this long. */
	answersMs: 3_000,
	/** At least this much is left for the bus and the database. */
	closeMs: 2_000,
} as const;

/**
 * Stops in order: not ready and no new sockets, the open ones told and closed while pages are still
 * answered, no new connections, open answers finished, then the rest of the app: bus, database.
 * Resolves with the exit code: 1 where something would not close in time.
 */
export async function stopInOrder(
	http: Pick<MeetUpServer, 'drain' | 'cut'>,
	port: UpgradePort | undefined,
	noticeMs = 0,
): Promise<0 | 1> {
	const endsAtMs = performance.now() + STOP.allMs;
	const leftMs = () => endsAtMs - performance.now();
	const notice = new Promise((resolve) => setTimeout(resolve, noticeMs));
	// What fails here fails again in close(), which tells it.
	const told = port?.drain().catch(() => undefined);
	await Promise.all([notice, within(STOP.socketsMs, told ?? Promise.resolve())]);
	await http.drain(Math.min(STOP.answersMs, leftMs() - STOP.closeMs));
	const closed = await within(leftMs(), port?.close() ?? Promise.resolve());
	http.cut();
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
