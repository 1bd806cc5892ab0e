import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { pointAt, type LatLon } from '$lib/geo';
import { frame, freeMiddle, metresPerPx, shouldMove, WORLD, ZOOM } from './camera';

const PHONE = { width: 390, height: 844 };
const PANEL = { top: 60, right: 0, bottom: 320, left: 0 };
const HERE: LatLon = { lat: 59.9075, lon: 10.7531 };

describe('the frame around people', () => {
	test('nobody known shows the world', () => {
		expect(frame([], PHONE, PANEL)).toEqual(WORLD);
	});

	test('one alone is shown with the streets around', () => {
		expect(frame([HERE], PHONE, PANEL)).toEqual({ centre: HERE, zoom: ZOOM.alone });
	});

	property.prop([
		fc.double({ min: 0, max: 360, noNaN: true }),
		fc.double({ min: 1, max: 500_000, noNaN: true }),
	])('two are both inside what the panel leaves free', (bearing, apartM) => {
		const there = pointAt(HERE, bearing, apartM);
		const view = frame([HERE, there], PHONE, PANEL);
		// Half the free room, with the marker's margin, at the scale of the northern of the two.
		const north = Math.max(HERE.lat, there.lat);
		const perPx = metresPerPx({ centre: { lat: north, lon: 0 }, zoom: view.zoom });
		const free = Math.hypot(PHONE.width - 88, PHONE.height - 380 - 88);
		expect(apartM / perPx).toBeLessThanOrEqual(free * 1.4);
		expect(view.zoom).toBeLessThanOrEqual(ZOOM.closest);
	});

	test('two who stand together are not blown up', () => {
		expect(frame([HERE, HERE], PHONE, PANEL).zoom).toBe(ZOOM.closest);
	});

	test('across the antimeridian it looks at the Pacific, not around the world', () => {
		const view = frame(
			[
				{ lat: -17, lon: 179.9 },
				{ lat: -17, lon: -179.9 },
			],
			PHONE,
			PANEL,
		);
		expect(Math.abs(view.centre.lon)).toBeCloseTo(180, 6);
		expect(view.zoom).toBeGreaterThan(8);
	});

	test('no room at all is no error', () => {
		const view = frame([HERE, pointAt(HERE, 90, 100)], { width: 0, height: 0 }, PANEL);
		expect(Number.isFinite(view.zoom)).toBe(true);
	});
});

describe('following', () => {
	const now = frame([HERE, pointAt(HERE, 45, 800)], PHONE, PANEL);

	test('GPS noise does not move the camera', () => {
		const wanted = frame([pointAt(HERE, 200, 6), pointAt(HERE, 45, 803)], PHONE, PANEL);
		expect(shouldMove(now, wanted, PHONE)).toBe(false);
	});

	test('coming clearly closer does', () => {
		const wanted = frame([HERE, pointAt(HERE, 45, 500)], PHONE, PANEL);
		expect(shouldMove(now, wanted, PHONE)).toBe(true);
	});

	test('walking together out of the picture does', () => {
		const aside = pointAt(HERE, 90, 300);
		const wanted = frame([aside, pointAt(aside, 45, 800)], PHONE, PANEL);
		expect(shouldMove(now, wanted, PHONE)).toBe(true);
	});
});

test('the cross stands in the middle of what the panel leaves free', () => {
	expect(freeMiddle(PHONE, PANEL)).toEqual([195, 292]);
	expect(freeMiddle({ width: 390, height: 300 }, PANEL)).toEqual([195, 60]);
});

test('a pixel at zoom 0 on the equator is the earth divided by a tile', () => {
	expect(metresPerPx({ centre: { lat: 0, lon: 0 }, zoom: 0 })).toBeCloseTo(40_030_230 / 512, -1);
});
