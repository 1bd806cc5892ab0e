import { randomUUID } from 'node:crypto';
import { desc } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { PERSON_LIMITS, type Person } from '$lib/meeting';
import { auditEvents, savedPlaces } from './db/schema';
import { DRIVERS, useTestDatabase } from './db/testing';
import { createPlaces, type Places } from './places';
import { rehearse } from './testing';

const FOUNTAIN = { name: 'Fountain', lat: 52.5200066, lon: 13.404954 };

describe.each(DRIVERS)('saved places on %s', (driver) => {
	const database = useTestDatabase(driver);
	let places: Places;
	let ana: Person;
	let ben: Person;
	beforeEach(async () => {
		const { people, deps } = rehearse(database.db);
		places = createPlaces(deps);
		ana = await people.createGuest('Ana');
		ben = await people.createGuest('Ben');
	});

	test('are listed by name, to nobody but who saved them', async () => {
		for (const name of ['zoo', 'Fountain', 'Éclair', 'école', 'bridge'])
			await places.save(ana.id, { ...FOUNTAIN, name });
		const names = (await places.list(ana.id)).map(({ name }) => name);
		expect(names).toEqual(['bridge', 'Éclair', 'école', 'Fountain', 'zoo']);
		expect(await places.list(ben.id)).toEqual([]);
	});

	test('keep where they are to the last digit', async () => {
		const saved = await places.save(ana.id, FOUNTAIN);
		if (!saved.ok) throw new Error(saved.code);
		expect(saved.value).toEqual({ ...FOUNTAIN, id: saved.value.id });
		expect(await places.list(ana.id)).toEqual([saved.value]);
	});

	test('are twenty at most, also of 30 saved at once', async () => {
		const outcomes = await Promise.all(
			Array.from({ length: 30 }, () => places.save(ana.id, FOUNTAIN)),
		);
		expect(outcomes.filter(({ ok }) => ok)).toHaveLength(PERSON_LIMITS.savedPlaces);
		expect(outcomes.filter(({ ok }) => !ok)).toEqual(
			Array(10).fill({ ok: false, code: 'TOO_MANY_PLACES' }),
		);
		expect(await places.list(ana.id)).toHaveLength(PERSON_LIMITS.savedPlaces);
		expect((await places.save(ben.id, FOUNTAIN)).ok).toBe(true);
		const [first] = await places.list(ana.id);
		expect(await places.remove(ana.id, first?.id ?? '')).toBe(true);
		expect((await places.save(ana.id, FOUNTAIN)).ok).toBe(true);
	});

	test('are removed by their owner only, and once', async () => {
		const saved = await places.save(ana.id, FOUNTAIN);
		if (!saved.ok) throw new Error(saved.code);
		expect(await places.remove(ben.id, saved.value.id)).toBe(false);
		expect(await places.remove(ana.id, saved.value.id)).toBe(true);
		expect(await places.remove(ana.id, saved.value.id)).toBe(false);
		expect(await database.db.select().from(savedPlaces)).toEqual([]);
	});

	test.each(['', 'nonsense', `${randomUUID()}x`, randomUUID()])(
		'the unknown place %# is none',
		async (id) => {
			expect(await places.remove(ana.id, id)).toBe(false);
		},
	);

	test('are written down as deeds, without what and where', async () => {
		const saved = await places.save(ana.id, FOUNTAIN);
		if (!saved.ok) throw new Error(saved.code);
		await places.remove(ana.id, saved.value.id);
		const events = await database.db.select().from(auditEvents).orderBy(desc(auditEvents.action));
		const his = events.filter(({ actorId, action }) => actorId === ana.id && /place/.test(action));
		expect(his.map(({ action }) => action)).toEqual(['place_saved', 'place_removed']);
		expect(JSON.stringify(events)).not.toMatch(/Fountain|52\.5|13\.4/);
	});
});
