import type { ActionResult, SubmitFunction } from '@sveltejs/kit';
import { beforeEach, expect, test, vi } from 'vitest';
import { goto } from '$app/navigation';
import { intoMeeting } from './submit';

vi.mock('$app/navigation', () => ({ goto: vi.fn() }));
beforeEach(() => void vi.mocked(goto).mockClear());

const MEETING = '/meet/5f0c3c5e-8a9e-4a55-9a4e-0c8f4b6f2a11';
const NAMED = new FormData();

/** The form is sent and answered so; resolves to how often SvelteKit's own way was taken. */
async function answered(submit: SubmitFunction, result: ActionResult): Promise<number> {
	const update = vi.fn(() => Promise.resolve());
	const input = { formData: NAMED } as unknown as Parameters<SubmitFunction>[0];
	const answer = await submit(input);
	if (typeof answer !== 'function') throw new Error('the form waits for its answer');
	type Answered = Parameters<typeof answer>[0];
	await answer({ result, update, formData: NAMED } as unknown as Answered);
	return update.mock.calls.length;
}

const quiet = { onbusy: vi.fn(), onfail: vi.fn() };

test('after Join the meeting takes the place of the spent link in the history', async () => {
	const onin = vi.fn();
	const submit = intoMeeting({ ...quiet, onin, replaces: true });
	const updates = await answered(submit, { type: 'redirect', status: 303, location: MEETING });
	expect(goto).toHaveBeenCalledWith(MEETING, { replaceState: true, invalidateAll: true });
	expect([updates, onin.mock.calls.length]).toEqual([0, 1]);
});

test('"Meet someone" can be gone back to', async () => {
	const submit = intoMeeting(quiet);
	expect(await answered(submit, { type: 'redirect', status: 303, location: MEETING })).toBe(1);
	expect(goto).not.toHaveBeenCalled();
});

test('a refusal stays on the page', async () => {
	const submit = intoMeeting({ ...quiet, replaces: true });
	expect(await answered(submit, { type: 'failure', status: 400 })).toBe(1);
	expect(goto).not.toHaveBeenCalled();
});
