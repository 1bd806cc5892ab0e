import {
	AcceptedAnswer,
	HistoryAnswer,
	PageQuery,
	RequestAnswer,
	RequestsAnswer,
	RequestsQuery,
	SendRequestBody,
} from './rest-requests';
import type { RestRoute } from './rest-route';

const ANSWERED = ['NOT_FOUND', 'REQUEST_ANSWERED', 'REQUEST_EXPIRED'] as const;

export const REQUEST_ROUTES: readonly RestRoute[] = [
	{
		method: 'POST',
		path: '/requests',
		summary:
			'Ask somebody to meet. 201: asked. 200: you have asked already, here is that request. 409 REQUEST_REVERSED: you have been asked by that person, answer `request_id` instead.',
		auth: 'account',
		body: SendRequestBody,
		answers: { 200: RequestAnswer, 201: RequestAnswer },
		problems: ['SELF_NOT_ALLOWED', 'NOT_FOUND', 'REQUEST_REVERSED'],
	},
	{
		method: 'GET',
		path: '/requests',
		summary: 'Requests from you and to you, the newest first.',
		auth: 'account',
		query: RequestsQuery,
		answers: { 200: RequestsAnswer },
	},
	{
		method: 'GET',
		path: '/requests/{id}',
		summary: 'One request, for the two people it is about.',
		auth: 'account',
		answers: { 200: RequestAnswer },
		problems: ['NOT_FOUND'],
	},
	{
		method: 'POST',
		path: '/requests/{id}/accept',
		summary: 'Say yes: the meeting begins, for both. Accepting again gets the same answer.',
		auth: 'account',
		answers: { 200: AcceptedAnswer },
		problems: ANSWERED,
	},
	{
		method: 'POST',
		path: '/requests/{id}/decline',
		summary: 'Say no.',
		auth: 'account',
		answers: { 200: RequestAnswer },
		problems: ANSWERED,
	},
	{
		method: 'POST',
		path: '/requests/{id}/cancel',
		summary: 'Take back a request of your own.',
		auth: 'account',
		answers: { 200: RequestAnswer },
		problems: ANSWERED,
	},
	{
		method: 'GET',
		path: '/history',
		summary: 'With whom you met and when, of the last 30 days. Never where.',
		auth: 'required',
		query: PageQuery,
		answers: { 200: HistoryAnswer },
	},
	{
		method: 'DELETE',
		path: '/history',
		summary: 'Clear your history. What others remember stays theirs.',
		auth: 'required',
		answers: { 204: null },
	},
	{
		method: 'DELETE',
		path: '/history/{session_id}',
		summary: 'Take one meeting out of your history.',
		auth: 'required',
		answers: { 204: null },
		problems: ['NOT_FOUND'],
	},
];
