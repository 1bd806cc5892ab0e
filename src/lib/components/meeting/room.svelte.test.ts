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
