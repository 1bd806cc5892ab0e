import { expect } from 'vitest';
import { textFrame, textOf } from '$lib/protocol/text-frame';
import {
	meetingChannel,
	personChannel,
	type Bus,
	type BusEvent,
	type Heard,
	type RelayedFix,
} from './bus';

/** What tests of the bus say and listen with. */

/** Instances that hear one another; `close` ends them and what they stand on. */
export interface BusWorld {
	connect(instanceId: string): Bus;
	close(): Promise<void>;
}

export const fixOf = (personId: string, text: string): RelayedFix => ({
	kind: 'fix',
	personId,
	frame: textFrame(text),
});

/** Listens to fixes, or to those by which `acquainted` finds out. */
export function createFixEar({ ofProbes = false } = {}) {
	const heard: string[] = [];
	return {
		heard,
		hear(event: Heard): void {
			if (event.kind !== 'fix' || (event.personId === 'probe') !== ofProbes) return;
			heard.push(`${event.personId} ${textOf(event.frame)}`);
		},
		until: (fix: string) =>
			expect.poll(() => heard, { interval: 5, timeout: 5_000 }).toContain(fix),
	};
}

export const ANA = personChannel('ana');
export const MEETING = meetingChannel('meeting');

export function loginRevoked(loginId: string): BusEvent {
	return { kind: 'login_revoked', loginId };
}

/** Listens to `login_revoked`, the event with the least to say. */
export function createEar() {
	const heard: string[] = [];
	const waiting = new Map<string, () => void>();
	return {
		heard,
		hear(event: Heard): void {
			if (event.kind !== 'login_revoked') return;
			heard.push(event.loginId);
			waiting.get(event.loginId)?.();
		},
		until(loginId: string): Promise<void> {
			if (heard.includes(loginId)) return Promise.resolve();
			return new Promise((resolve) => waiting.set(loginId, resolve));
		},
	};
}

/** Resolves when each of the two knows that the other listens to the meeting. */
export async function acquainted(here: Bus, there: Bus): Promise<void> {
	for (const [from, to] of [
		[here, there],
		[there, here],
	] as const) {
		const ear = createFixEar({ ofProbes: true });
		const leave = await to.subscribe(MEETING, ear.hear);
		await expect
			.poll(
				() => {
					from.relay(MEETING, fixOf('probe', 'probe'));
					return ear.heard.length > 0;
				},
				{ interval: 20, timeout: 5_000 },
			)
			.toBe(true);
		leave();
	}
	await roundTrip(here, there);
}

/** Resolves when what was published before has surely come to the other instance. */
export async function roundTrip(here: Bus, there: Bus): Promise<void> {
	await subscribedElsewhere(here);
	const ear = createEar();
	const channel = personChannel('round-trip');
	const leave = await there.subscribe(channel, ear.hear);
	here.publish(channel, loginRevoked('round'));
	await ear.until('round');
	leave();
}

/** A publisher that is connected: its own subscribing has been answered. */
export async function subscribedElsewhere(bus: Bus): Promise<void> {
	(await bus.subscribe(personChannel('nobody'), () => {}))();
	await expect.poll(() => bus.isUp(), { interval: 5, timeout: 5_000 }).toBe(true);
}
