import { json } from '@sveltejs/kit';
import { instant, type InvitePreview } from '$lib/protocol';
import { getApp } from '$lib/server/app';
import { answering } from '../../answers';
import { problem } from '../../problem';
import type { RequestHandler } from './$types';

/** Spends nothing. The secret comes in a header, so that no log of addresses can hold it. */
export const GET: RequestHandler = answering(async ({ request }) => {
	const secret = request.headers.get('x-invite-token');
	if (!secret) return problem('INVITE_UNKNOWN');
	const { invites } = await getApp();
	const preview = await invites.preview(secret);
	if (!preview.ok) return problem(preview.code);
	const { invitedBy, inviteExpiresAtMs, view } = preview.value;
	return json({
		invited_by: invitedBy,
		expires_at: instant(inviteExpiresAtMs),
		session_expires_at: instant(view.meeting.expiresAtMs),
		destination: view.meeting.destination,
	} satisfies InvitePreview);
});
