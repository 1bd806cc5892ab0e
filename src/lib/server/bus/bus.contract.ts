import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Bus, BusEvent, Heard } from './bus';
import {
	ANA,
	createEar,
	loginRevoked,
	MEETING,
	roundTrip,
	subscribedElsewhere,
	type BusWorld,
} from './testing';

/** What every bus promises. Every test has two instances. */
export function busContract(name: string, open: () => Promise<BusWorld>): void {
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
			await roundTrip(here, there);
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
			await roundTrip(here, there);
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
			await roundTrip(here, there);
			expect(here.isUp()).toBe(true);
			const ear = createEar();
			await here.subscribe(ANA, ear.hear);
			await here.close();
			here.publish(ANA, loginRevoked('1'));
			expect(ear.heard).toEqual([]);
		});
	});
}
