import type { Map } from 'maplibre-gl';
import { beforeEach, describe, expect, test } from 'vitest';
import { pointAt, type LatLon } from '$lib/geo';
import { Director } from './director.svelte';

const HERE: LatLon = { lat: 59.9075, lon: 10.7531 };
const THERE = pointAt(HERE, 45, 800);
const PHONE = { width: 390, height: 844 };
const PANEL = { top: 60, right: 0, bottom: 320, left: 0 };

interface Move {
	readonly duration: number;
	readonly zoom: number;
}

/** As much of a map as a camera needs: it notes where it is sent. */
function fakeMap() {
	const moves: Move[] = [];
	const listeners = new Set<(event: object) => void>();
	const map = {
		on: (_type: string, listener: (event: object) => void) => listeners.add(listener),
		off: (_type: string, listener: (event: object) => void) => listeners.delete(listener),
		getZoom: () => 15,
		// A map of a degree per pixel: what lies under a pixel can be read off it.
		unproject: ([x, y]: [number, number]) => ({ wrap: () => ({ lng: x / 10, lat: -y / 10 }) }),
		getCenter: () => ({ lng: 0, lat: 0 }),
		easeTo: (move: Move) => moves.push(move),
	};
	return {
		map: map as unknown as Map,
		moves,
		listeners,
		dragged: () => listeners.forEach((listener) => listener({ originalEvent: {} })),
		eased: () => listeners.forEach((listener) => listener({})),
	};
}

describe('the camera', () => {
	let it = fakeMap();
	let director = new Director(it.map, () => false);
	beforeEach(() => {
		it = fakeMap();
		director = new Director(it.map, () => false);
	});
	const show = (points: LatLon[], padding = PANEL) => director.show(points, PHONE, padding);

	test('is there at once the first time, and eases afterwards', () => {
		show([HERE]);
		show([HERE, THERE]);
		expect(it.moves.map(({ duration }) => duration)).toEqual([0, 600]);
	});

	test('rests while only GPS noise moves the people', () => {
		show([HERE, THERE]);
		show([pointAt(HERE, 90, 4), THERE]);
		expect(it.moves).toHaveLength(1);
	});

	test('makes room when the panel grows', () => {
		show([HERE, THERE]);
		show([HERE, THERE], { ...PANEL, bottom: 500 });
		expect(it.moves).toHaveLength(2);
	});

	test('lets go when the viewer moves the map, but not by its own moves', () => {
		show([HERE]);
		it.eased();
		expect(director.isFollowing).toBe(true);
		it.dragged();
		show([HERE, THERE]);
		expect(director.isFollowing).toBe(false);
		expect(it.moves).toHaveLength(1);
	});

	test('comes back at a tap on Re-centre', () => {
		show([HERE, THERE]);
		it.dragged();
		director.recentre();
		show([HERE, THERE]);
		expect(it.moves).toHaveLength(2);
	});

	test('going to a person keeps the zoom where it is nearer already', () => {
		director.goTo(HERE, PANEL);
		expect(it.moves.at(-1)).toMatchObject({ zoom: 17 });
		expect(director.isFollowing).toBe(false);
	});

	test('what is set is the place under the cross, also when the panel grew after letting go', () => {
		show([HERE]);
		director.letGo();
		const grown = { ...PANEL, bottom: 500 };
		show([HERE], grown);
		expect(director.aimedAt(PHONE, grown)).toEqual({ lat: -20.2, lon: 19.5 });
	});

	test('jumps where the viewer asked for reduced motion', () => {
		director = new Director(it.map, () => true);
		show([HERE]);
		show([HERE, THERE]);
		director.zoomBy(1);
		expect(it.moves.map(({ duration }) => duration)).toEqual([0, 0, 0]);
	});

	test('hears nothing of the map once it is closed', () => {
		director.close();
		expect(it.listeners.size).toBe(0);
	});
});
