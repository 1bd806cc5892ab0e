import type { Refusal } from '$lib/protocol';
import { done, refuse, type Result } from '$lib/result';
import { createApi } from './api';
import type { DemoOptions } from './demo-friend';
import type { DeviceMemory } from './device-memory';

/** A login's seat in a meeting. */
export interface Seat {
	readonly meetingId: string;
	readonly token: string;
	readonly walkedM?: number;
}

export const DEMO_NAME = 'Demo friend';
/** Sits down on an invite's free seat as a guest of its own: no cookie goes out and none is kept. */
export async function takeSeat(
	options: Pick<DemoOptions, 'origin' | 'fetch'>,
	secret: string,
): Promise<Result<Seat, Refusal>> {
	const api = createApi({ fetch: options.fetch, baseUrl: options.origin, asStranger: true });
	const redeemed = await api.redeem(secret, DEMO_NAME);
	if (!redeemed.ok) return redeemed;
	const { session, token } = redeemed.value;
	if (token === undefined) return refuse('INTERNAL');
	return done({ meetingId: session.id, token });
}

/** The seat this tab's demo friend had before a reload, or null. */
export function seatBefore(memory: DeviceMemory, meetingId: string): Seat | null {
	const seat = memory.demo(meetingId);
	return seat === null ? null : { meetingId, ...seat };
}
