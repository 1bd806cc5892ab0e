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

/** The simulated friend of the meeting that is open: never more than one, and none left behind. */
export class DemoHost {
	#friend: Pick<DemoFriend, 'stop'> | null = null;
	/** Counts the meetings: a friend who comes late must not sit down in the next one. */
	#turn = 0;

	constructor(
		private readonly bring: (
			meetingId: string,
			secret: string | null,
		) => Promise<Pick<DemoFriend, 'stop'> | null> = bringDemoFriend,
	) {}

	/** `onnone`: he could not come, so nothing may say that he does. */
	async invite(meetingId: string, secret: string | null, onnone: () => void): Promise<void> {
		this.leave();
		const turn = this.#turn;
		const friend = await this.#brought(meetingId, secret);
		if (turn !== this.#turn) friend?.stop();
		else if (friend === null) onnone();
		else this.#friend = friend;
	}

	leave(): void {
		this.#turn += 1;
		this.#friend?.stop();
		this.#friend = null;
	}

	async #brought(meetingId: string, secret: string | null) {
		try {
			return await this.bring(meetingId, secret);
		} catch {
			return null; // his code did not come over the network: the meeting goes on without him
		}
	}
}
