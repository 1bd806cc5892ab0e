import { HARBOUR, northOf, type Person } from '../person';
import { expect, test } from '../stories';
import { asks, haveMet, joinsIn, saves, saysNo, saysYes, signsUp } from './cast';
import { LOOKS, pictures } from './picture';

/** Friends, asking, requests, history: what people with an account have. */

const LONG_NAME = 'Maximiliane von der Heide-Lindqvist';
const LONG_NOTE =
	'I am early and sit outside in the sun. Shall I order something for you, or do you know already what you want? The cake is very good today.';

for (const look of LOOKS)
	test(`friends and requests, ${look.name}`, async ({ arrives, request }) => {
		test.setTimeout(240_000);
		const picture = pictures(look);
		const permissions = ['geolocation', 'screen-wake-lock', 'notifications'];
		const person = await arrives('Ana', { ...look, permissions });
		const { page } = person;
		const ana = await signsUp(person, `ana_in_${look.city}`);
		await page.goto('/');
		await picture(person, '40-home-account');
		await page.goto('/friends');
		await picture(person, '41-friends-none');
		await search(person, 'nobody_of_this_name');
		await expect(page.getByText('Nobody found')).toBeVisible();
		await picture(person, '42-search-none');
		await page.goto('/requests');
		await picture(person, '43-requests-none');
		await page.goto('/history');
		await picture(person, '44-history-none');

		const cast = (name: string, who: string) => joinsIn(request, name, `${look.city}_${who}`);
		const [ben, lena, leo] = [
			await cast('Ben', 'ben'),
			await cast('Lena', 'lena'),
			await cast('Leo', 'leo'),
		];
		const maxi = await cast(LONG_NAME, 'maximiliane');
		await search(person, look.city);
		await expect(page.getByRole('link', { name: 'Ask to meet Leo' })).toBeVisible();
		await picture(person, '45-search-found', { whole: true });

		for (const friend of [lena, maxi]) await haveMet(request, friend, ana);
		await page.goto('/friends');
		await expect(page.getByRole('heading', { name: 'Your friends' })).toBeVisible();
		await picture(person, '46-friends');
		await page.getByLabel('More about Lena').click();
		await page.getByText('Block', { exact: true }).first().click();
		await page.getByText('Remove from friends').first().click();
		await picture(person, '47-friend-more', { whole: true });

		await saves(request, ana, { name: 'Under the station clock', ...northOf(HARBOUR, 300) });
		await page.goto(`/friends/${ben.id}/ask`);
		await picture(person, '48-ask', { whole: true });
		await page.getByLabel('A few words').fill('Coffee?');
		await page.getByText('Pick on the map').click();
		await page.locator('.maplibregl-canvas').click({ position: { x: 150, y: 120 } });
		await expect(page.getByText('Place chosen.')).toBeVisible();
		await page.getByLabel('Name of the place').fill('The bench by the water');
		await picture(person, '49-ask-map', { whole: true });

		await page.getByRole('button', { name: 'Send request' }).click();
		await expect(page.getByText('Waiting for Ben')).toBeVisible();
		const asked = page.url().split('/').at(-1) ?? '';
		await picture(person, '50-outgoing', { whole: true });
		await page.getByRole('button', { name: 'Show on the map' }).click();
		await expect(page.getByRole('img', { name: /^Meeting point/ })).toBeVisible();
		await picture(person, '51-outgoing-map', { whole: true });

		const destination = { name: 'Café Kaffistova', ...northOf(HARBOUR, 200) };
		const incoming = await asks(request, lena, ana, { note: LONG_NOTE, destination });
		await asks(request, leo, ana, { note: 'Lunch?' });
		await page.goto(`/r/${incoming}`);
		await picture(person, '52-incoming', { whole: true });
		await page.goto('/requests');
		await expect(page.getByRole('article')).toHaveCount(5);
		await picture(person, '53-requests', { whole: true });

		await saysNo(request, ben, asked);
		await expect(page.getByRole('article', { name: 'You asked Ben' })).toContainText('Declined');
		await page.getByRole('button', { name: 'Decline Leo' }).click();
		await expect(page.getByRole('article', { name: 'Leo asked you' })).toContainText('Declined');
		await picture(person, '54-requests-answered', { whole: true });
		await page.goto(`/r/${asked}`);
		await picture(person, '55-declined', { whole: true });

		await page.goto('/history');
		await expect(page.getByRole('button', { name: 'Remove the meeting with Lena' })).toBeVisible();
		await picture(person, '56-history', { whole: true });
		await page.getByText('Clear all').click();
		await picture(person, '57-history-clear', { whole: true });
		await saysYes(request, ana, await asks(request, maxi, ana));
		await expect(page.getByRole('link', { name: 'Open the meeting' })).toBeVisible();
		await picture(person, '58-begun');

		await page.clock.install();
		await page.goto(`/r/${incoming}`);
		await expect(page.getByText(/min left/)).toBeVisible();
		await person.losesNetwork();
		await page.clock.fastForward('10:01');
		await expect(page.getByText('Expired', { exact: true })).toBeVisible();
		await picture(person, '59-expired', { whole: true });
	});

async function search(person: Person, words: string): Promise<void> {
	await person.page.goto(`/friends?q=${words}`);
}
