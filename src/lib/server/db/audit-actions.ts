/** Everything that is written down about what people do. */
export const AUDIT_ACTIONS = [
	'guest_created',
	'meeting_started',
	'meeting_joined',
	'meeting_extended',
	'meeting_ended',
	'destination_set',
	'invite_created',
	'invites_revoked',
	'invite_redeemed',
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];
