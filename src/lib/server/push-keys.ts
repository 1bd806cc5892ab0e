import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import webpush from 'web-push';
import type { Log } from './log';

/** What tells push services that it is the same server as yesterday (RFC 8292). Base64url. */
export interface VapidKeys {
	readonly publicKey: string;
	readonly privateKey: string;
}

const FILE = 'vapid.json';
/** Nothing can be kept there: a read-only disk, or a folder of somebody else. */
const UNWRITABLE = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOSPC']);

/**
 * The keys kept in the data folder, made if there are none: who starts first makes them, all others
 * read them. `dataDir` is null where nothing is to be kept. Throws when the file is damaged: new keys
 * would silently end the notices of everybody who has turned them on.
 */
export async function openVapidKeys(dataDir: string | null, log: Log): Promise<VapidKeys> {
	if (dataDir === null) return webpush.generateVAPIDKeys();
	const path = join(dataDir, FILE);
	const kept = await readKeys(path);
	if (kept) return kept;
	const made = webpush.generateVAPIDKeys();
	try {
		await mkdir(dataDir, { recursive: true });
		await keepFirst(path, `${JSON.stringify(made, null, '\t')}\n`);
	} catch (error) {
		if (!UNWRITABLE.has(codeOf(error) ?? '')) throw error;
		// MeetUp works without: whoever turns notices on has to do so again after a restart.
		log.warn({ error }, 'push_keys_not_kept');
		return made;
	}
	return (await readKeys(path)) ?? made;
}

/** All of it or nothing, and only where nobody was faster: a link is made at once and never replaces. */
async function keepFirst(path: string, text: string): Promise<void> {
	const draft = `${path}.${randomUUID()}`;
	try {
		await writeFile(draft, text, { mode: 0o600, flag: 'wx' });
		await link(draft, path);
	} catch (error) {
		if (codeOf(error) !== 'EEXIST') throw error;
	} finally {
		await rm(draft, { force: true });
	}
}

async function readKeys(path: string): Promise<VapidKeys | null> {
	let text: string;
	try {
		text = await readFile(path, 'utf8');
	} catch (error) {
		if (codeOf(error) === 'ENOENT') return null;
		throw error;
	}
	const keys = keysIn(text);
	if (!keys) throw new Error(`${path} holds no keys: bring it back, or remove it for new ones`);
	return keys;
}

/** Null for what is not our file. */
function keysIn(text: string): VapidKeys | null {
	let kept: unknown;
	try {
		kept = JSON.parse(text);
	} catch {
		return null;
	}
	if (typeof kept !== 'object' || kept === null) return null;
	if (!('publicKey' in kept) || !('privateKey' in kept)) return null;
	const { publicKey, privateKey } = kept;
	if (typeof publicKey !== 'string' || typeof privateKey !== 'string') return null;
	const isWhole = bytesOf(publicKey) === 65 && bytesOf(privateKey) === 32;
	return isWhole ? { publicKey, privateKey } : null;
}

function bytesOf(base64url: string): number {
	return Buffer.from(base64url, 'base64url').length;
}

function codeOf(error: unknown): string | undefined {
	return error instanceof Error && 'code' in error && typeof error.code === 'string'
		? error.code
		: undefined;
}
