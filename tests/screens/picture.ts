import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, type Locator, type Page } from '@playwright/test';
import type { Person } from '../person';

/*
 * npm run screenshots: every screen, in both colour schemes, on a small and a usual phone and on a desk,
 * to be looked at. They land in screenshots/; the one of the README lands in docs/.
 */

const FOLDER = fileURLToPath(new URL('../../screenshots/', import.meta.url));

export interface Look {
	readonly name: string;
	readonly colorScheme: 'light' | 'dark';
	readonly viewport: { readonly width: number; readonly height: number };
	/** Ends the handles of a story: all looks share one server, and each handle is there once. */
	readonly city: string;
}

export const LOOKS: readonly Look[] = [
	{
		name: 'light-390',
		city: 'oslo',
		colorScheme: 'light',
		viewport: { width: 390, height: 844 },
	},
	{
		name: 'dark-360',
		city: 'bergen',
		colorScheme: 'dark',
		viewport: { width: 360, height: 740 },
	},
	{
		name: 'light-1280',
		city: 'molde',
		colorScheme: 'light',
		viewport: { width: 1280, height: 800 },
	},
];

/** All of a long page, or what one part of it looks like where only that scrolls. */
interface Wish {
	readonly whole?: boolean;
	readonly part?: Locator;
}

export type Picture = (person: Person, name: string, wish?: Wish) => Promise<void>;

/** Takes pictures of one look. No screen may scroll sideways. */
export function pictures(look: Look): Picture {
	mkdirSync(FOLDER, { recursive: true });
	return async (person, name, { whole = false, part } = {}) => {
		const { page } = person;
		await part?.scrollIntoViewIfNeeded();
		await calm(page);
		expect(await widthPx(page), `${name} is not wider than the screen`).toBeLessThanOrEqual(
			look.viewport.width,
		);
		const path = `${FOLDER}${look.name}-${name}.png`;
		// On a screen as high as the page: what is fixed to its foot would else lie across the middle.
		if (whole) await page.setViewportSize({ ...look.viewport, height: await heightPx(page) });
		await page.screenshot({ path });
		if (whole) await page.setViewportSize(look.viewport);
	};
}

function widthPx(page: Page): Promise<number> {
	return page.evaluate(() => document.documentElement.scrollWidth);
}

function heightPx(page: Page): Promise<number> {
	return page.evaluate(() => document.documentElement.scrollHeight);
}

/** Until the map has glided to its place, and the sheet to its height. */
async function calm(page: Page): Promise<void> {
	const moving = page.getByTestId('map').getByRole('button').or(page.locator('#panel'));
	let before = '';
	await expect
		.poll(async () => {
			const now = await moving.evaluateAll((parts) =>
				parts.map((part) => JSON.stringify(part.getBoundingClientRect())).join(),
			);
			const isCalm = now === before;
			before = now;
			return isCalm;
		})
		.toBe(true);
}
