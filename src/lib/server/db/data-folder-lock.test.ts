import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
	existsSync,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	rmSync,
	statSync,
	utimesSync,
	writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { transformWithOxc } from 'vite';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DataFolderInUse, lockDataFolder, type DataFolderLock } from './data-folder-lock';

let parent: string;
let dataDir: string;
let lock: DataFolderLock | undefined;
let child: ChildProcess | undefined;

beforeEach(() => {
	parent = mkdtempSync(join(tmpdir(), 'meetup-lock-'));
	dataDir = join(parent, 'new', 'data');
	lock = undefined;
	child = undefined;
});
afterEach(async () => {
	vi.useRealTimers();
	lock?.release();
	await kill();
	rmSync(parent, { recursive: true });
});

test('the folder is made and taken, and free again after release', async () => {
	lock = await lockDataFolder(dataDir);
	expect(statSync(dataDir).mode & 0o777).toBe(0o700);
	await expect(lockDataFolder(dataDir)).rejects.toThrow(DataFolderInUse);
	lock.release();
	lock.release();
	expect(existsSync(lockFile())).toBe(false);
	lock = await lockDataFolder(dataDir);
});

test('another process is told who has the folder and what to do', async () => {
	child = await otherProcess();
	await expect(lockDataFolder(dataDir)).rejects.toThrow(
		`Another MeetUp (process ${child.pid}) is using ${dataDir}. Stop it, or give this one another DATA_DIR, or set DATABASE_URL.`,
	);
});

test('a process that was killed with -9 leaves the folder to the next one at once', async () => {
	child = await otherProcess();
	await kill();
	expect(existsSync(lockFile())).toBe(true);
	lock = await lockDataFolder(dataDir);
	expect(owner().pid).toBe(process.pid);
});

test('a process number that was given to somebody else is not mistaken for the owner', async () => {
	lock = await lockDataFolder(dataDir);
	const { startTicks } = owner();
	expect(startTicks).toMatch(/^\d+$/);
	writeFileSync(lockFile(), JSON.stringify({ ...owner(), id: 'old', startTicks: 'never' }));
	const next = await lockDataFolder(dataDir);
	// The loser's release must not take the winner's lock away.
	lock.release();
	expect(owner()).toMatchObject({ pid: process.pid, startTicks });
	lock = next;
});

test('of many who find a dead owner one takes the folder over', async () => {
	child = await otherProcess();
	await kill();
	const tries = await Promise.allSettled(Array.from({ length: 10 }, () => lockDataFolder(dataDir)));
	const taken = tries.flatMap((attempt) => (attempt.status === 'fulfilled' ? [attempt.value] : []));
	expect(taken).toHaveLength(1);
	lock = taken[0];
});

test('of four processes that start at once beside a dead owner one takes the folder over', async () => {
	child = await otherProcess();
	await kill();
	const started = await Promise.all(Array.from({ length: 4 }, () => startProcess()));
	const answers = await Promise.all(started.map(answerOf));
	for (const process of started) process.kill('SIGKILL');
	expect(answers.sort()).toEqual(['refused', 'refused', 'refused', 'taken']);
});

test('who comes while another takes over waits for its turn, and then finds the folder taken', async () => {
	writeOwner({ hostname: hostname() });
	const turn = `${lockFile()}.turn`;
	writeFileSync(turn, '1');
	const attempt = lockDataFolder(dataDir);
	rmSync(dataDir, { recursive: true });
	lock = await lockDataFolder(dataDir);
	await expect(attempt).rejects.toThrow(DataFolderInUse);
});

test('a takeover that was killed half way does not block the folder for ever', async () => {
	writeOwner({ hostname: hostname() });
	const turn = `${lockFile()}.turn`;
	writeFileSync(turn, '1');
	utimesSync(turn, 0, 0);
	lock = await lockDataFolder(dataDir);
	expect(existsSync(turn)).toBe(false);
});

test('an owner on another host is believed for a minute after its last sign of life', async () => {
	writeOwner({ hostname: 'web-1' });
	const { mtimeMs } = statSync(lockFile());
	await expect(lockDataFolder(dataDir, () => mtimeMs + 60_000)).rejects.toThrow(
		'Another MeetUp (process 1 on web-1) is using',
	);
	lock = await lockDataFolder(dataDir, () => mtimeMs + 60_001);
	expect(owner().hostname).toBe(hostname());
});

test('the owner gives a sign of life every ten seconds', async () => {
	vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
	let nowMs = Date.parse('2030-01-01T00:00:00Z');
	lock = await lockDataFolder(dataDir, () => nowMs);
	utimesSync(lockFile(), 0, 0);
	for (let beat = 0; beat < 3; beat++) {
		nowMs += 10_000;
		vi.advanceTimersByTime(10_000);
		expect(statSync(lockFile()).mtimeMs).toBe(nowMs);
	}
	rmSync(lockFile());
	vi.advanceTimersByTime(10_000);
	expect(existsSync(lockFile())).toBe(false);
});

test.each(['', 'not json', '{"pid":"x"}'])(
	'a lock that cannot be read (%j) is respected while it is fresh',
	async (text) => {
		await makeFolder();
		writeFileSync(lockFile(), text);
		await expect(lockDataFolder(dataDir)).rejects.toThrow(/^Another MeetUp is using/);
		utimesSync(lockFile(), 0, 0);
		lock = await lockDataFolder(dataDir);
	},
);

function lockFile(): string {
	return join(dataDir, 'meetup.lock');
}

function owner(): { pid: number; hostname: string; startTicks: string | null } {
	return JSON.parse(readFileSync(lockFile(), 'utf8')) as ReturnType<typeof owner>;
}

async function makeFolder(): Promise<void> {
	(await lockDataFolder(dataDir)).release();
}

function writeOwner(of: { hostname: string }): void {
	rmSync(dataDir, { recursive: true, force: true });
	mkdirSync(dataDir, { recursive: true });
	writeFileSync(lockFile(), JSON.stringify({ id: 'other', pid: 1, startTicks: 'never', ...of }));
}

/** A real one, which has taken the folder once this resolves. */
async function otherProcess(): Promise<ChildProcess> {
	child = await startProcess();
	if ((await answerOf(child)) !== 'taken') throw new Error('the folder should have been free');
	return child;
}

async function startProcess(): Promise<ChildProcess> {
	const source = resolve('src/lib/server/db/data-folder-lock.ts');
	const { code } = await transformWithOxc(readFileSync(source, 'utf8'), source);
	const script = `${code}
		process.stdout.write(await lockDataFolder(process.argv[1]).then(() => 'taken', () => 'refused'));
		setInterval(() => {}, 60_000);`;
	return spawn(process.execPath, ['--input-type=module', '--eval', script, dataDir], {
		stdio: ['ignore', 'pipe', 'inherit'],
	});
}

async function answerOf({ stdout }: ChildProcess): Promise<string> {
	if (!stdout) throw new Error('the process was started without a pipe');
	return String(await once(stdout, 'data'));
}

async function kill(): Promise<void> {
	if (!child || child.exitCode !== null || child.signalCode !== null) return;
	child.kill('SIGKILL');
	await once(child, 'exit');
}
