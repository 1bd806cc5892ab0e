import type { DemoFriend } from '$lib/client/demo-friend';
import { browserEnv } from '$lib/client/live-env';

/**
 * A simulated friend in this browser, back on his seat after a reload or on the invite's free one.
 * Null where there is no seat for him. His code is fetched only when he is wanted.
 */
export async function bringDemoFriend(
	meetingId: string,
	secret: string | null,
): Promise<DemoFriend | null> {
	const [{ DemoFriend }, { seatBefore, takeSeat }] = await Promise.all([
		import('$lib/client/demo-friend'),
		import('$lib/client/demo-seat'),
	]);
	const env = browserEnv();
	let seat = seatBefore(env.memory, meetingId);
	if (seat === null && secret !== null) {
		const taken = await takeSeat(env, secret);
		if (taken.ok) seat = taken.value;
	}
	if (seat === null) return null;
	const friend = new DemoFriend(env, seat);
	friend.start();
	return friend;
}
