import { describe, expect, test } from 'vitest';
import type { MeetRequest } from '$lib/meeting';
import { answerTrouble, requestState } from './request-words';

const request: MeetRequest = {
	id: 'request',
	fromId: 'ana',
	toId: 'ben',
	status: 'PENDING',
	note: null,
	destination: null,
	createdAtMs: 0,
	expiresAtMs: 600_000,
	answeredAtMs: null,
	meetingId: null,
};

describe('how a request stands', () => {
	test('while it is open there is time left instead of a word', () => {
		expect(requestState(request, 599_999)).toBeNull();
	});

	test('past its time it reads Expired at once, whatever the server has got round to', () => {
		expect(requestState(request, 600_000)).toBe('Expired');
		expect(requestState({ ...request, status: 'EXPIRED' }, 0)).toBe('Expired');
	});

	test.each([
		['ACCEPTED', 'Accepted'],
		['REJECTED', 'Declined'],
		['CANCELLED', 'Cancelled'],
	] as const)('%s reads %s', (status, word) => {
		expect(requestState({ ...request, status }, 0)).toBe(word);
	});
});

test('an answer that came too late has a sentence of its own', () => {
	expect(answerTrouble('REQUEST_EXPIRED')).toBe('It was not answered in time.');
	expect(answerTrouble('REQUEST_ANSWERED')).toBe('It has been answered already.');
	expect(answerTrouble('UNAVAILABLE')).toBeNull();
});
