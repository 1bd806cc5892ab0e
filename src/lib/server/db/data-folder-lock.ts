import { randomUUID } from 'node:crypto';
import {
	mkdirSync,
	readFileSync,
	rmSync,
	statSync,
	utimesSync,
	writeFileSync,
	type Stats,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';

/** The sentence says what to do. */
export class DataFolderInUse extends Error {
	override readonly name = 'DataFolderInUse';
	constructor(dataDir: string, owner: Owner | null) {
		const where = owner !== null && owner.hostname !== hostname() ? ` on ${owner.hostname}` : '';
		const who = owner === null ? '' : ` (process ${owner.pid}${where})`;
		super(
			`Another MeetUp${who} is using ${dataDir}. Stop it, or give this one another DATA_DIR, or set DATABASE_URL.`,
		);
	}
}

export interface DataFolderLock {
	/** Safe to call twice. */
	release(): void;
}

const HEARTBEAT_MS = 10_000;
/** An owner that can't be looked at (on another host) counts as dead after this much silence. */
const SILENCE_MS = 60_000;

/**
 * Takes the folder for this process, making it where it is missing. What a killed process left
 * behind is taken over. Throws DataFolderInUse.
 */
export async function lockDataFolder(
	dataDir: string,
	nowMs: () => number = Date.now,
): Promise<DataFolderLock> {
	mkdirSync(dataDir, { recursive: true, mode: 0o700 });
	const path = join(dataDir, 'meetup.lock');
	const owner: Owner = {
		id: randomUUID(),
		pid: process.pid,
		hostname: hostname(),
		startTicks: startTicks(process.pid),
	};
	if (!create(path, JSON.stringify(owner))) await takeOver(path, dataDir, owner, nowMs);

	const heartbeat = setInterval(() => touch(path, nowMs()), HEARTBEAT_MS).unref();
	return {
		release() {
			clearInterval(heartbeat);
			if (read(path)?.owner?.id === owner.id) rmSync(path, { force: true });
		},
	};
}

const Owner = z.object({
	id: z.string(),
	pid: z.int(),
	hostname: z.string(),
	/** When the process began, in the kernel's count: a number may be given to another process later. */
	startTicks: z.string().nullable(),
});
type Owner = z.infer<typeof Owner>;

/**
 * Two processes may find the same dead owner. Whoever makes the second file judges anew and replaces
 * the first, so that the slower one can't remove the lock of the quicker one.
 */
async function takeOver(
	path: string,
	dataDir: string,
	owner: Owner,
	nowMs: () => number,
): Promise<void> {
	const turn = `${path}.turn`;
	for (let attempt = 0; attempt < 20; attempt++) {
		const held = read(path);
		if (held !== null && isAlive(held, nowMs())) throw new DataFolderInUse(dataDir, held.owner);
		if (create(turn, String(process.pid))) {
			try {
				const now = read(path);
				if (now !== null && isAlive(now, nowMs())) throw new DataFolderInUse(dataDir, now.owner);
				rmSync(path, { force: true });
				if (create(path, JSON.stringify(owner))) return;
			} finally {
				rmSync(turn, { force: true });
			}
		} else if (isSilent(statOf(turn), nowMs())) {
			// Killed in the instant between the two files.
			rmSync(turn, { force: true });
		}
		await wait(50);
	}
	throw new DataFolderInUse(dataDir, read(path)?.owner ?? null);
}

interface Held {
	/** Null where the file can't be read as ours, for instance since it is being written. */
	readonly owner: Owner | null;
	readonly stats: Stats;
}

function isAlive({ owner, stats }: Held, nowMs: number): boolean {
	if (owner === null || owner.hostname !== hostname()) return !isSilent(stats, nowMs);
	return isRunning(owner.pid) && startTicks(owner.pid) === owner.startTicks;
}

function isSilent(stats: Stats | null, nowMs: number): boolean {
	return stats !== null && nowMs - stats.mtimeMs > SILENCE_MS;
}

function isRunning(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		// EPERM: it runs, and belongs to somebody else.
		return codeOf(error) === 'EPERM';
	}
}

/** Field 22 of /proc/<pid>/stat; null where there is no /proc. The name before it may hold spaces. */
function startTicks(pid: number): string | null {
	const stat = unlessMissing(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
	return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
}

function read(path: string): Held | null {
	const text = unlessMissing(() => readFileSync(path, 'utf8'));
	const stats = statOf(path);
	if (text === null || stats === null) return null;
	return { owner: parseOwner(text), stats };
}

function parseOwner(text: string): Owner | null {
	try {
		return Owner.safeParse(JSON.parse(text)).data ?? null;
	} catch {
		return null;
	}
}

function statOf(path: string): Stats | null {
	return unlessMissing(() => statSync(path));
}

/** False where the file is there already: the file system lets one of many succeed. */
function create(path: string, text: string): boolean {
	try {
		writeFileSync(path, text, { flag: 'wx', mode: 0o600 });
		return true;
	} catch (error) {
		if (codeOf(error) === 'EEXIST') return false;
		throw error;
	}
}

/** A folder that was removed under us is no reason to stop serving. */
function touch(path: string, nowMs: number): void {
	unlessMissing(() => utimesSync(path, nowMs / 1000, nowMs / 1000));
}

function unlessMissing<T>(look: () => T): T | null {
	try {
		return look();
	} catch (error) {
		if (['ENOENT', 'ESRCH'].includes(codeOf(error) ?? '')) return null;
		throw error;
	}
}

function codeOf(error: unknown): string | undefined {
	return error instanceof Error && 'code' in error && typeof error.code === 'string'
		? error.code
		: undefined;
}
