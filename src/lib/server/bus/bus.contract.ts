import { textFrame, textOf } from '$lib/protocol/text-frame';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
	meetingChannel,
	personChannel,
	type Bus,
	type BusEvent,
	type Heard,
	type RelayedFix,
} from './bus';

/** Instances that hear one another; `close` ends them and what they stand on. */
export interface BusWorld {
	connect(instanceId: string): Bus;
	close(): Promise<void>;
}

/**
 * What every bus promises. Every test has two instances. The channels of a cluster lie on several servers:
 * there fixes and events keep each their own order, but not one with the other.
 */
export function busContract(
	name: string,
	open: () => Promise<BusWorld>,
	{ isCluster = false } = {},
): void {
	describe(`${name}: the bus`, () => {
		let world: BusWorld;
		let here: Bus;
		let there: Bus;

		beforeEach(async () => {
			world = await open();
			here = world.connect('here');
			there = world.connect('there');
		});
		afterEach(async () => {
			await Promise.all([here.close(), there.close()]);
			await world.close();
		});

		test('serves its own listeners in the call', async () => {
			const ear = createEar();
			await here.subscribe(ANA, ear.hear);
			here.publish(ANA, loginRevoked('1'));
			expect(ear.heard).toEqual(['1']);
		});

		test('serves its own listeners already before subscribing resolved', async () => {
			const ear = createEar();
			const subscribed = here.subscribe(ANA, ear.hear);
			here.publish(ANA, loginRevoked('1'));
			expect(ear.heard).toEqual(['1']);
			await subscribed;
		});

		test('reaches the other instance, in order', async () => {
			const ear = createEar();
			await there.subscribe(ANA, ear.hear);
			await subscribedElsewhere(here);
			for (const id of ['1', '2', '3']) here.publish(ANA, loginRevoked(id));
			await ear.until('3');
			expect(ear.heard).toEqual(['1', '2', '3']);
		});

		test('drops its own echo', async () => {
			const ear = createEar();
			await here.subscribe(ANA, ear.hear);
			here.publish(ANA, loginRevoked('own'));
			await roundTrip();
			there.publish(ANA, loginRevoked('end'));
			await ear.until('end');
			expect(ear.heard).toEqual(['own', 'end']);
		});

		test('keeps channels apart', async () => {
			const ear = createEar();
			const other = createEar();
			await there.subscribe(ANA, ear.hear);
			await there.subscribe(MEETING, other.hear);
			await subscribedElsewhere(here);
			here.publish(ANA, loginRevoked('ana'));
			here.publish(MEETING, loginRevoked('meeting'));
			await Promise.all([ear.until('ana'), other.until('meeting')]);
			expect([ear.heard, other.heard]).toEqual([['ana'], ['meeting']]);
		});

		test('carries a whole message', async () => {
			const event: BusEvent = {
				kind: 'said',
				message: {
					type: 'error',
					payload: { code: 'TOO_FAR', message: 'ünï 🚶', distance_m: 80.5 },
				},
				exceptPersonId: 'ben',
			};
			const heard = new Promise<Heard>((resolve) => void there.subscribe(MEETING, resolve));
			await roundTrip();
			here.publish(MEETING, event);
			expect(await heard).toEqual(event);
		});

		test('serves the second listener when the first one left', async () => {
			const first = createEar();
			const second = createEar();
			const leave = await there.subscribe(ANA, first.hear);
			await there.subscribe(ANA, second.hear);
			leave();
			leave();
			await subscribedElsewhere(here);
			here.publish(ANA, loginRevoked('1'));
			await second.until('1');
			expect(first.heard).toEqual([]);
		});

		test('hears again who left and came back at once', async () => {
			const ear = createEar();
			const again = createEar();
			const leave = await there.subscribe(ANA, ear.hear);
			leave();
			const back = there.subscribe(ANA, again.hear);
			leave();
			await back;
			await subscribedElsewhere(here);
			here.publish(ANA, loginRevoked('1'));
			await again.until('1');
			expect(ear.heard).toEqual([]);
		});

		test('a hundred joins and leaves in one breath end in what was wanted last', async () => {
			const ear = createEar();
			const visits = Array.from({ length: 100 }, () => there.subscribe(ANA, () => {}));
			const stay = there.subscribe(ANA, ear.hear);
			for (const leave of await Promise.all(visits)) leave();
			await stay;
			await subscribedElsewhere(here);
			here.publish(ANA, loginRevoked('1'));
			await ear.until('1');
		});

		test('a fix is relayed as it is, at once here and soon elsewhere, to nobody twice', async () => {
			const [near, far] = [createFixEar(), createFixEar()];
			await here.subscribe(MEETING, near.hear);
			await there.subscribe(MEETING, far.hear);
			await acquainted();
			here.relay(MEETING, fixOf('ana', '{"x":"1 2\\u001e"}'));
			expect(near.heard).toEqual(['ana {"x":"1 2\\u001e"}']);
			here.relay(MEETING, fixOf('ana', '2'));
			await far.until('ana 2');
			expect(far.heard).toEqual(['ana {"x":"1 2\\u001e"}', 'ana 2']);
			there.relay(MEETING, fixOf('ben', '3'));
			await near.until('ben 3');
			expect(near.heard).toHaveLength(3);
			expect(far.heard).toHaveLength(3);
		});

		if (!isCluster)
			test('what is published after a fix comes after it', async () => {
				const order: string[] = [];
				await here.subscribe(MEETING, () => {});
				await there.subscribe(MEETING, (heard) => void order.push(heard.kind));
				await acquainted();
				order.length = 0;
				for (let count = 0; count < 3; count++) {
					here.relay(MEETING, fixOf('ana', `${count}`));
					here.publish(MEETING, loginRevoked(`${count}`));
				}
				await expect.poll(() => order.length, { interval: 5, timeout: 5_000 }).toBe(6);
				expect(order).toEqual(Array(3).fill(['fix', 'login_revoked']).flat());
			});

		test('a fix from an instance where nobody of the meeting is reaches who is', async () => {
			const far = createFixEar();
			await there.subscribe(MEETING, far.hear);
			await subscribedElsewhere(here);
			here.relay(MEETING, fixOf('ana', 'by HTTP'));
			await far.until('ana by HTTP');
			expect(far.heard).toEqual(['ana by HTTP']);
		});

		test('tells who listens already that another instance came, and can bring that one up to date', async () => {
			const far = createFixEar();
			const came: string[] = [];
			await here.subscribe(MEETING, (heard) => {
				if (heard.kind !== 'listener_came') return;
				came.push(heard.instanceId);
				here.relayTo(heard.instanceId, MEETING, fixOf('ana', 'latest'));
			});
			await subscribedElsewhere(here);
			await there.subscribe(MEETING, far.hear);
			await far.until('ana latest');
			expect(came).toEqual(['there']);
		});

		test('an instance that closes is gone for the others, with what it listened to', async () => {
			const gone: unknown[] = [];
			here.watch({ onInstanceGone: (...who) => void gone.push(who) });
			await here.subscribe(MEETING, () => {});
			await there.subscribe(MEETING, () => {});
			await there.subscribe(meetingChannel('other'), () => {});
			await acquainted();
			await there.close();
			await expect
				.poll(() => gone, { interval: 5, timeout: 5_000 })
				.toEqual([['there', [MEETING]]]);
		});

		test('a listener that throws robs nobody', async () => {
			const ear = createEar();
			await here.subscribe(ANA, () => {
				throw new Error('broken');
			});
			await here.subscribe(ANA, ear.hear);
			here.publish(ANA, loginRevoked('1'));
			expect(ear.heard).toEqual(['1']);
		});

		test('says that it is up, and nothing after its end', async () => {
			await roundTrip();
			expect(here.isUp()).toBe(true);
			const ear = createEar();
			await here.subscribe(ANA, ear.hear);
			await here.close();
			here.publish(ANA, loginRevoked('1'));
			expect(ear.heard).toEqual([]);
		});

		/** Resolves when each of the two knows that the other listens to the meeting. */
		async function acquainted(): Promise<void> {
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
			await roundTrip();
		}

		/** Resolves when what was published before has surely come to the other instance. */
		async function roundTrip(): Promise<void> {
			await subscribedElsewhere(here);
			const ear = createEar();
			const channel = personChannel('round-trip');
			const leave = await there.subscribe(channel, ear.hear);
			here.publish(channel, loginRevoked('round'));
			await ear.until('round');
			leave();
		}

		/** A publisher that is connected: its own subscribing has been answered. */
		async function subscribedElsewhere(bus: Bus): Promise<void> {
			(await bus.subscribe(personChannel('nobody'), () => {}))();
			await expect.poll(() => bus.isUp(), { interval: 5, timeout: 5_000 }).toBe(true);
		}
	});
}

const fixOf = (personId: string, text: string): RelayedFix => ({
	kind: 'fix',
	personId,
	frame: textFrame(text),
});

/** Listens to fixes, or to those by which `acquainted` finds out. */
function createFixEar({ ofProbes = false } = {}) {
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

const ANA = personChannel('ana');
const MEETING = meetingChannel('meeting');

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
