import type { AuditAction } from './audit-actions';
import type { Tx } from './database';
import { auditEvents } from './schema';

export interface AuditEvent {
	readonly action: AuditAction;
	readonly atMs: number;
	/** Null where the clock did it. */
	readonly actorId: string | null;
	readonly meetingId: string | null;
}

/** Written in the transaction of the deed: what is not written down has not happened. */
export async function writeAudit(tx: Tx, ...events: readonly AuditEvent[]): Promise<void> {
	if (events.length > 0) await tx.insert(auditEvents).values([...events]);
}
