import { expect, test } from 'vitest';
import type { LogFields } from './log';
import { SELDOM_MS, writeSeldom } from './log-seldom';

function stage() {
	const it = { nowMs: 0, lines: [] as unknown[] };
	const write = writeSeldom(
		(fields: LogFields | string, event?: string) => void it.lines.push([fields, event]),
		() => it.nowMs,
	);
	return { it, write };
}

test('of a flood the first line is written at once, and later one with how many it left out', () => {
	const { it, write } = stage();
	for (let count = 0; count < 1_000; count++) write({ code: 'x' }, 'upgrade_failed');
	expect(it.lines).toEqual([[{ code: 'x' }, 'upgrade_failed']]);
	it.nowMs = SELDOM_MS;
	for (let count = 0; count < 10; count++) write({ code: 'y' }, 'upgrade_failed');
	expect(it.lines.slice(1)).toEqual([[{ code: 'y', count: 999 }, 'upgrade_failed']]);
	it.nowMs = 3 * SELDOM_MS;
	write('upgrade_failed');
	expect(it.lines.at(-1)).toEqual([{ count: 9 }, 'upgrade_failed']);
});

test('one event does not silence another', () => {
	const { it, write } = stage();
	write('upgrade_failed');
	write('welcome_failed');
	expect(it.lines).toHaveLength(2);
});
