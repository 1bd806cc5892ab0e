import { WireFix } from './fields';
import {
	ExtendBody,
	HereAnswerField,
	HereBody,
	InvitePreview,
	NewInviteAnswer,
	RedeemAnswer,
	RedeemBody,
	RenewInviteBody,
	SessionAnswer,
	SessionsAnswer,
	StartSessionAnswer,
	StartSessionBody,
} from './rest';
import type { RestRoute } from './rest-route';
import { Welcome } from './server-messages';

const INVITE_REFUSALS = [
	'INVITE_UNKNOWN',
	'INVITE_EXPIRED',
	'INVITE_SPENT',
	'INVITE_REVOKED',
	'MEETING_ENDED',
	'MEETING_FULL',
] as const;

export const MEETING_ROUTES: readonly RestRoute[] = [
	{
		method: 'POST',
		path: '/sessions',
		summary:
			'Start a meeting and get its invite. Without a login you become a guest first, and get `user` and `token` too.',
		auth: 'optional',
		body: StartSessionBody,
		answers: { 201: StartSessionAnswer },
	},
	{
		method: 'GET',
		path: '/sessions/active',
		summary: 'Your meetings that are not over, the newest first.',
		auth: 'required',
		answers: { 200: SessionsAnswer },
	},
	{
		method: 'GET',
		path: '/sessions/{id}',
		summary: 'A meeting of yours, also after its end.',
		auth: 'required',
		answers: { 200: SessionAnswer },
		problems: ['NOT_FOUND'],
	},
	{
		method: 'DELETE',
		path: '/sessions/{id}',
		summary: 'End a meeting. Ending one that is over gets how it ended.',
		auth: 'required',
		answers: { 200: SessionAnswer },
		problems: ['NOT_FOUND'],
	},
	{
		method: 'POST',
		path: '/sessions/{id}/extend',
		summary: 'Let a meeting last longer: 8 hours from its start at most.',
		auth: 'required',
		body: ExtendBody,
		answers: { 200: SessionAnswer },
		problems: ['NOT_FOUND', 'MEETING_ENDED', 'TOO_LONG'],
	},
	{
		method: 'GET',
		path: '/sessions/{id}/snapshot',
		summary:
			'The whole state of a running meeting, as the `welcome` of its socket. Positions of others are in it only while they can see you, too.',
		auth: 'required',
		answers: { 200: Welcome },
		problems: ['NOT_FOUND', 'MEETING_ENDED'],
	},
	{
		method: 'POST',
		path: '/sessions/{id}/location',
		summary:
			'Your position, for where sockets are blocked. The same checks as theirs: `lat` ±90, `lon` ±180, `accuracy_m` 0.1 to 100, `timestamp` within 5 minutes of the server’s clock and not older than the last one, no faster than 300 km/h. 10 a second.',
		auth: 'required',
		body: WireFix,
		answers: { 204: null },
		problems: ['NOT_FOUND', 'MEETING_ENDED', 'INVALID_LOCATION', 'SHARING_PAUSED'],
	},
	{
		method: 'POST',
		path: '/sessions/{id}/im-here',
		summary:
			'“I’m here”: opens a window in which the other one has to say so, too; then the meeting ends. With `manual` by hand, where a position is missing. TOO_FAR tells `distance_m`.',
		auth: 'required',
		body: HereBody,
		answers: { 200: HereAnswerField },
		problems: ['NOT_FOUND', 'MEETING_ENDED', 'NOT_ACTIVE', 'TOO_FAR', 'NO_RECENT_LOCATION'],
	},
	{
		method: 'DELETE',
		path: '/sessions/{id}/participants/{user_id}',
		summary: 'Take somebody’s seat away. Only who started the meeting may.',
		auth: 'required',
		answers: { 200: SessionAnswer },
		problems: ['NOT_FOUND', 'MEETING_ENDED', 'NOT_THE_CREATOR'],
	},
	{
		method: 'POST',
		path: '/invites',
		summary: 'A new link for a meeting with a free seat; the older one dies.',
		auth: 'required',
		body: RenewInviteBody,
		answers: { 201: NewInviteAnswer },
		problems: ['NOT_FOUND', 'MEETING_ENDED', 'MEETING_FULL'],
	},
	{
		method: 'GET',
		path: '/invites/preview',
		summary: 'Who invites, and until when. Spends nothing.',
		auth: 'none',
		headers: { 'X-Invite-Token': 'The secret of the invite.' },
		answers: { 200: InvitePreview },
		problems: INVITE_REFUSALS,
	},
	{
		method: 'DELETE',
		path: '/invites/{id}',
		summary: 'Revoke an invite that nobody has used.',
		auth: 'required',
		answers: { 204: null },
		problems: ['NOT_FOUND', 'INVITE_SPENT'],
	},
	{
		method: 'POST',
		path: '/invite/redeem',
		summary:
			'Take the free seat. Without a login you become a guest first, and get `user` and `token` too.',
		auth: 'optional',
		body: RedeemBody,
		answers: { 200: RedeemAnswer },
		problems: INVITE_REFUSALS,
	},
];
