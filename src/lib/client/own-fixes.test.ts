import { expect, test } from 'vitest';
import { OwnFixes } from './own-fixes';
import { START_MS } from './testing';

const PLACE = { lat: 1, lon: 2 };
const measured = (accuracyM: number) => ({ lat: 48, lon: 11, accuracyM, atMs: START_MS });

test('the place set by hand holds until the device has something better to say', () => {
	const fixes = new OwnFixes();
	fixes.setByHand(PLACE);
	expect(fixes.measured(measured(2_000), START_MS)).toBeNull();
	expect(fixes.waitsByHand).toBe(true);
	expect(fixes.renewByHand(START_MS)).toMatchObject({ ...PLACE, manual: true });
	expect(fixes.measured(measured(20), START_MS)).toMatchObject({ lat: 48 });
	expect(fixes.waitsByHand).toBe(false);
	expect(fixes.renewByHand(START_MS)).toBeNull();
});

test('doubts about the device’s position do not count against the place set by hand', () => {
	const fixes = new OwnFixes();
	for (let turn = 0; turn < 5; turn++) fixes.doubted();
	fixes.setByHand(PLACE);
	const first = fixes.renewByHand(START_MS);
	if (first === null) throw new Error('a place was set');
	fixes.sent(first, START_MS);
	fixes.doubted();
	fixes.renewByHand(START_MS + 1_000);
	expect(fixes.due(START_MS + 1_000, null)).toMatchObject(PLACE);
});
