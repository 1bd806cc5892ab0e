import type { APIRequestContext, Page } from '@playwright/test';
import { RedeemAnswer, StartSessionAnswer } from '../src/lib/protocol';
import { expect, test } from './stories';
import { isAccessible } from './support/accessible';
import { ownAddress } from './support/address';
import { startServer } from './support/server';

interface Seat {
	readonly session: string;
	readonly token: string;
}

test('two inspectors walk up to each other and meet', async ({ arrives, playwright }) => {
	const server = await startServer({ env: { DEBUG_CLIENT: '1', TRUST_PROXY: '1' } });
	try {
		const api = await playwright.request.newContext({
			baseURL: server.url,
			extraHTTPHeaders: ownAddress(),
		});
		const [annsSeat, bensSeat] = await twoSeats(api);
		await api.dispose();
		const ann = await arrives('Ann', { at: null }, server.url);
		const ben = await arrives('Ben', { at: null }, server.url);

		await ann.page.goto(linkTo(annsSeat));
		// The token has left the address, and stands only in its field.
		await expect(ann.page).toHaveURL(`${server.url}/debug`);
		await expect(ann.page.getByLabel('Login token', { exact: true })).toHaveValue(annsSeat.token);
		await press(ann.page, 'Connect');
		await expect(standing(ann.page)).toContainText('Connected as Ann');
		await expect(frames(ann.page).first()).toContainText('welcome');
		await press(ann.page, 'Send place');
		await expect(frames(ann.page).filter({ hasText: 'location_update' })).toContainText('out');

		// He begins 100 m east of her.
		await ben.page.goto(linkTo(bensSeat));
		await press(ben.page, 'Connect');
		await expect(ben.page.getByText('100 m apart')).toBeVisible();
		await press(ben.page, 'im_here');
		await expect(frames(ben.page).filter({ hasText: 'error' }).first()).toContainText('in');

		const plane = ben.page.getByRole('application');
		await plane.focus();
		for (let step = 0; step < 9; step++) {
			await plane.press('Shift+ArrowLeft');
			// Nobody walks 90 m in a second: the server would not believe it.
			await expect(ben.page.getByText(`${90 - step * 10} m apart`, { exact: true })).toBeVisible();
		}
		for (let step = 0; step < 5; step++) await plane.press('ArrowLeft');
		await expect(ben.page.getByText('5 m apart', { exact: true })).toBeVisible();
		await expect(ann.page.getByText('5 m apart', { exact: true })).toBeVisible();

		await press(ann.page, 'Send place');
		await press(ben.page, 'im_here');
		await press(ann.page, 'im_here');
		for (const { page } of [ann, ben]) {
			await expect(frames(page).filter({ hasText: 'session_ended' })).toContainText(
				'PROXIMITY_REACHED',
			);
			await expect(standing(page)).toContainText('Closed: 4410 ended');
			await expect(standing(page)).toContainText('A client stops');
		}
	} finally {
		await server.stop();
	}
});

for (const colorScheme of ['light', 'dark'] as const)
	test(`the inspector fits a phone and is free of what axe can find, ${colorScheme}`, async ({
		arrives,
		playwright,
	}) => {
		const server = await startServer({ env: { DEBUG_CLIENT: '1', TRUST_PROXY: '1' } });
		try {
			const api = await playwright.request.newContext({
				baseURL: server.url,
				extraHTTPHeaders: ownAddress(),
			});
			const [annsSeat] = await twoSeats(api);
			await api.dispose();
			const ann = await arrives('Ann', { at: null, colorScheme }, server.url);
			await ann.page.goto('/debug');
			await isAccessible(ann);
			expect(await overhangPx(ann.page)).toBe(0);

			await ann.page.goto('about:blank');
			await ann.page.goto(linkTo(annsSeat));
			await press(ann.page, 'Connect');
			await expect(standing(ann.page)).toContainText('Connected as Ann');
			await press(ann.page, 'im_here');
			await expect(frames(ann.page).filter({ hasText: 'error' })).toBeVisible();
			await isAccessible(ann);
			expect(await overhangPx(ann.page)).toBe(0);
		} finally {
			await server.stop();
		}
	});

test('a production server has no inspector unless it is asked for', async ({ page, request }) => {
	expect((await request.get('/debug')).status()).toBe(404);
	await page.goto('/debug#session=a&token=b');
	await expect(page.getByText('Protocol inspector')).toHaveCount(0);
});

async function twoSeats(api: APIRequestContext): Promise<readonly [Seat, Seat]> {
	const start = await api.post('/api/v1/sessions', { data: { display_name: 'Ann' } });
	const { session, invite, token } = StartSessionAnswer.parse(await start.json());
	const redeem = await api.post('/api/v1/invite/redeem', {
		data: { token: invite.token, display_name: 'Ben' },
		headers: { cookie: '' },
	});
	const joined = RedeemAnswer.parse(await redeem.json());
	return [
		{ session: session.id, token: token ?? '' },
		{ session: session.id, token: joined.token ?? '' },
	];
}

function linkTo({ session, token }: Seat): string {
	return `/debug#session=${session}&token=${token}`;
}

function frames(page: Page) {
	return page.getByRole('region', { name: 'Frames' }).getByRole('listitem');
}

function standing(page: Page) {
	return page.getByRole('region', { name: 'Seat' }).getByRole('status');
}

/** How much wider the page is than the phone. */
function overhangPx(page: Page): Promise<number> {
	return page.evaluate(() => document.documentElement.scrollWidth - screen.width);
}

async function press(page: Page, name: string): Promise<void> {
	await page.getByRole('button', { name, exact: true }).click();
}
