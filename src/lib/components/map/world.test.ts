import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { WORLD_FILE, worldOutline } from '../../../../scripts/world-outline.mjs';

test('static/map/world.json is what the script makes', () => {
	// Compared by hand: a difference of a megabyte is nothing to print.
	expect(readFileSync(WORLD_FILE, 'utf8') === worldOutline()).toBe(true);
});
