import { isId } from '$lib/protocol';
import { personChannel, type Bus } from './bus/bus';
import type { Db } from './db';
import { writeAudit, type AuditEvent } from './db/audit';
import type { AuditAction } from './db/audit-actions';
import { deleteLogins, loginsOf, type WhichLogins } from './db/logins';

/** A device somebody is logged in on. */
export interface Device {
	readonly id: string;
	/** As "Chrome on Android"; empty where it is not known. */
	readonly label: string;
	readonly createdAtMs: number;
	readonly expiresAtMs: number;
	readonly isCurrent: boolean;
}

export interface DevicesDeps {
	readonly db: Db;
	readonly bus: Pick<Bus, 'publish'>;
	readonly now: () => number;
}

/** The part of an account that is about where its owner is logged in. */
export function createDevices({ db, bus, now }: DevicesDeps) {
	return {
		async devices(personId: string, currentLoginId: string): Promise<readonly Device[]> {
			if (!isId(personId)) return [];
			return (await loginsOf(db, personId, now())).map((login) => ({
				id: login.publicId,
				label: login.device,
				createdAtMs: login.createdAtMs,
				expiresAtMs: login.expiresAtMs,
				isCurrent: login.id === currentLoginId,
			}));
		},

		async logOut(personId: string, loginId: string): Promise<void> {
			await end(personId, { loginId }, 'logged_out');
		},

		async revoke(personId: string, deviceId: string): Promise<boolean> {
			if (!isId(deviceId)) return false;
			return (await end(personId, { publicId: deviceId }, 'login_revoked')) > 0;
		},

		revokeOthers: (personId: string, currentLoginId: string): Promise<number> =>
			end(personId, { allBut: currentLoginId }, 'login_revoked'),
	};

	/** Ends logins of his and closes their sockets; how many there were. */
	async function end(personId: string, which: WhichLogins, action: AuditAction): Promise<number> {
		if (!isId(personId)) return 0;
		const atMs = now();
		const ended = await db.transaction(async (tx) => {
			const ids = await deleteLogins(tx, personId, which);
			await writeAudit(tx, ...ids.map(() => deedOf(action, personId, atMs)));
			return ids;
		});
		tellLoginsEnded(bus, personId, ended);
		return ended.length;
	}
}

/** Only after the commit: a socket that closes before it could come back by the same login. */
export function tellLoginsEnded(
	bus: Pick<Bus, 'publish'>,
	personId: string,
	loginIds: readonly string[],
): void {
	for (const loginId of loginIds)
		bus.publish(personChannel(personId), { kind: 'login_revoked', loginId });
}

/** What somebody did with his account: no meeting is concerned. */
export function deedOf(action: AuditAction, actorId: string | null, atMs: number): AuditEvent {
	return { action, actorId, atMs, meetingId: null };
}
