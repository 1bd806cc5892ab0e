import { isId } from '$lib/protocol';
import { IN_MEMORY, type Db } from './db';
import {
	deletePushSubscription,
	forgetPushSubscription,
	pushSubscriptionsOf,
	savePushSubscription,
	type PushRow,
} from './db/push';
import type { Log } from './log';
import { createDelivery } from './push-delivery';
import { openVapidKeys } from './push-keys';

export const PUSH_KINDS = ['request_received', 'request_accepted', 'friend_joined'] as const;
export type PushKind = (typeof PUSH_KINDS)[number];

/** As `PushSubscription.toJSON()` of a browser gives it. */
export interface PushAddress {
	readonly endpoint: string;
	readonly keys: { readonly p256dh: string; readonly auth: string };
}

export interface Push {
	/** The VAPID public key, base64url: what a browser subscribes with. */
	readonly publicKey: string;
	/** The same endpoint again moves to whoever says it. A person's oldest ones make way past ten. */
	subscribe(personId: string, loginId: string | null, address: PushAddress): Promise<void>;
	unsubscribe(personId: string, endpoint: string): Promise<boolean>;
	/** Where his devices get notices: what a browser of his compares its own subscription with. */
	endpointsOf(personId: string): Promise<readonly string[]>;
	/** Generic: the kind and a path of ours to open, no name, no place. Never throws, never waits. */
	notify(personId: string, kind: PushKind, path: string): void;
	/** What is under way is waited for. */
	close(): Promise<void>;
}

export interface PushDeps {
	readonly db: Db;
	readonly log: Log;
	/** Where the VAPID keys are kept, made at the first start. */
	readonly dataDir: string;
	/** Where this server is reached: what push services are told of who sends. */
	readonly origin?: string | undefined;
	readonly now: () => number;
	readonly newId: () => string;
	readonly isDatabaseAway: (error: unknown) => boolean;
	readonly timeoutMs?: number;
}

export const PUSH_LIMITS = {
	subscriptionsPerPerson: 10,
	/** People who are told at the same time; the others wait. */
	atOnce: 4,
	/** Notices that wait. Past that they are dropped: they would come too late anyway. */
	waiting: 1_000,
} as const;

interface Notice {
	readonly personId: string;
	readonly kind: PushKind;
	readonly path: string;
}

export async function createPush(deps: PushDeps): Promise<Push> {
	const { db, log, dataDir, origin, timeoutMs, now, newId, isDatabaseAway } = deps;
	const keys = await openVapidKeys(dataDir === IN_MEMORY ? null : dataDir, log);
	const deliver = createDelivery({ keys, origin, ...(timeoutMs !== undefined && { timeoutMs }) });
	const waiting: Notice[] = [];
	const underWay = new Set<Promise<void>>();
	let isClosed = false;

	return {
		publicKey: keys.publicKey,

		async subscribe(personId, loginId, { endpoint, keys: { p256dh, auth } }) {
			const row = { id: newId(), endpoint, p256dh, auth, createdAtMs: now() };
			await db.transaction((tx) =>
				savePushSubscription(
					tx,
					{ ...row, userId: personId, loginId },
					PUSH_LIMITS.subscriptionsPerPerson,
				),
			);
		},

		unsubscribe: async (personId, endpoint) =>
			isId(personId) && (await deletePushSubscription(db, personId, endpoint)),

		async endpointsOf(personId) {
			const rows = isId(personId) ? await pushSubscriptionsOf(db, personId) : [];
			return rows.map(({ endpoint }) => endpoint);
		},

		notify(personId, kind, path) {
			if (isClosed || !isId(personId)) return;
			if (waiting.length >= PUSH_LIMITS.waiting)
				log.warn({ count: waiting.length }, 'push_dropped');
			else waiting.push({ personId, kind, path });
			goOn();
		},

		async close() {
			isClosed = true;
			waiting.length = 0;
			await Promise.all(underWay);
		},
	};

	function goOn(): void {
		while (underWay.size < PUSH_LIMITS.atOnce) {
			const next = waiting.shift();
			if (!next) return;
			const sending = send(next).finally(() => {
				underWay.delete(sending);
				goOn();
			});
			underWay.add(sending);
		}
	}

	/** To each of his devices. Never throws. */
	async function send({ personId, kind, path }: Notice): Promise<void> {
		const text = JSON.stringify({ kind, path });
		try {
			const rows = await pushSubscriptionsOf(db, personId);
			await Promise.all(rows.map((row) => sendTo(row, kind, text)));
		} catch (error) {
			// A notice is no promise: the page shows the same as soon as it is opened.
			if (isDatabaseAway(error)) log.warn({ type: kind }, 'push_skipped');
			else log.error({ type: kind, error }, 'push_failed');
		}
	}

	async function sendTo(row: PushRow, kind: PushKind, text: string): Promise<void> {
		const { endpoint, p256dh, auth } = row;
		const delivered = await deliver({ endpoint, keys: { p256dh, auth } }, text);
		if (delivered.outcome === 'gone') await forgetPushSubscription(db, row);
		if (delivered.outcome !== 'failed') return;
		const { status } = delivered;
		log.warn({ type: kind, ...(status !== null && { status }) }, 'push_not_taken');
	}
}
