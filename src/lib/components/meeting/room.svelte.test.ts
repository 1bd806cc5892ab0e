import { expect, test } from 'vitest';
import { Room } from './room.svelte';

test('being asked ends the choosing of a place and brings the question up', () => {
	const room = new Room();
	room.place();
	room.height = 'full';
	room.asked();
	expect([room.isPlacing, room.height]).toEqual([false, 'peek']);
});

test('choosing a place makes room for the map', () => {
	const room = new Room();
	room.showsCode(true);
	expect(room.height).toBe('half');
	room.place();
	expect([room.isPlacing, room.height]).toEqual([true, 'peek']);
	room.placed();
	expect(room.isPlacing).toBe(false);
});

test('a meeting place is tapped, perhaps again, and then named; a question ends it', () => {
	const room = new Room();
	room.place('meeting');
	room.choose({ lat: 1, lon: 2 });
	room.choose({ lat: 3, lon: 4 });
	expect(room).toMatchObject({ placing: 'meeting', chosen: { lat: 3, lon: 4 } });
	room.asked();
	expect(room).toMatchObject({ placing: null, chosen: null });
	room.place();
	room.choose({ lat: 1, lon: 2 });
	expect(room.chosen).toBeNull();
});
