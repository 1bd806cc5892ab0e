import { z } from 'zod';
import { PlaceAnswer, PlaceBody, PlacesAnswer } from './rest-places';
import { PushKeyAnswer, SubscribeBody, UnsubscribeBody } from './rest-push';
import type { RestRoute } from './rest-route';

/** What somebody keeps here for later: places, and where to send notices. And this contract. */
export const KEEPING_ROUTES: readonly RestRoute[] = [
	{
		method: 'GET',
		path: '/places',
		summary: 'Your saved places, by name.',
		auth: 'required',
		answers: { 200: PlacesAnswer },
	},
	{
		method: 'POST',
		path: '/places',
		summary: 'Save a place, to offer it as a meeting point again.',
		description: '20 at most.',
		auth: 'required',
		body: PlaceBody,
		answers: { 201: PlaceAnswer },
		problems: ['TOO_MANY_PLACES'],
	},
	{
		method: 'DELETE',
		path: '/places/{id}',
		summary: 'Forget a saved place.',
		auth: 'required',
		answers: { 204: null },
		problems: ['NOT_FOUND'],
	},
	{
		method: 'GET',
		path: '/push/key',
		summary: 'The VAPID public key: what a browser subscribes with.',
		auth: 'none',
		answers: { 200: PushKeyAnswer },
	},
	{
		method: 'POST',
		path: '/push/subscriptions',
		summary: 'Get notices at a browser’s push address.',
		description:
			'An https address with a public name. No notice tells a name or a place. The same address again moves to who says it; past 10 the oldest go.',
		auth: 'required',
		body: SubscribeBody,
		answers: { 201: null },
	},
	{
		method: 'DELETE',
		path: '/push/subscriptions',
		summary: 'No more notices at this address.',
		auth: 'required',
		body: UnsubscribeBody,
		answers: { 204: null },
		problems: ['NOT_FOUND'],
	},
	{
		method: 'GET',
		path: '/openapi.json',
		summary: 'This document.',
		auth: 'none',
		answers: { 200: z.looseObject({ openapi: z.string() }) },
	},
];
