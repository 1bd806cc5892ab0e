import { anaAsksBen, areFriends, finds, PASSWORD, sends, signsUp } from './acquaintances';
import type { Person } from './person';
import { expect, test } from './stories';
import { isAccessible } from './support/accessible';

/** Meeting by request: people who have an account find, ask and answer each other. */

test.use({ maps: false });

test('Ana finds Ben and asks him; he sees it at once, says yes, and both are in the meeting', async ({
	ana,
	ben,
}) => {
	await signsUp(ana);
	const handle = await signsUp(ben);
	await ben.page.goto('/requests');
	await expect(ben.page.getByText('No open requests')).toBeVisible();

	await ana.page.goto('/friends');
	await expect(ana.page.getByText('Nobody here yet')).toBeVisible();
	await ana.page.getByLabel('Find somebody').fill('b');
	await press(ana, 'Search');
	await expect(ana.page.getByRole('alert')).toHaveText('Please type at least 2 characters.');
	await ana.page.getByLabel('Find somebody').fill(handle.slice(0, -2));
	await press(ana, 'Search');
	await ana.page.getByRole('link', { name: 'Ask to meet Ben' }).click();
	await ana.page.getByLabel('A few words').fill('Coffee?');
	await expect(ana.page.getByText('133 left').first()).toBeVisible();
	await press(ana, 'Send request');
	await expect(ana.page).toHaveURL(/\/r\/[0-9a-f-]{36}$/);
	await expect(ana.page.getByText('Waiting for Ben')).toBeVisible();

	// No reload on his side.
	const card = ben.page.getByRole('article', { name: 'Ana would like to meet you' });
	await expect(card).toContainText('“Coffee?”');
	await expect(card).toContainText(/\d+ min left/);
	await expect(tab(ben, 'Requests, 1 to answer')).toBeVisible();
	await press(ben, 'Accept: meet Ana');
	for (const person of [ana, ben]) {
		await expect(person.page).toHaveURL(/\/meet\/[0-9a-f-]{36}$/);
		await expect(person.badge).toHaveText('Live');
	}
	expect(ana.meetingId).toBe(ben.meetingId);

	// Whoever said yes is a friend from now on.
	await ana.page.goto('/friends');
	await expect(ana.page.getByRole('heading', { name: 'Your friends' })).toBeVisible();
	await expect(ana.page.getByText(`@${handle}`)).toBeVisible();
});

test('News does not use up the searches of whoever looks at what he found', async ({
	ana,
	ben,
}) => {
	const benHandle = await signsUp(ben);
	const anaHandle = await signsUp(ana);
	await ana.page.goto(`/friends?q=${benHandle}`);
	const found = ana.page.getByRole('link', { name: 'Ask to meet Ben' });
	await expect(found).toBeVisible();
	for (let searches = 1; searches < 29; searches += 1) await finds(ana, benHandle);
	const anaId = await finds(ben, anaHandle);
	const news = ana.page.waitForResponse(/__data\.json/);
	await sends(ben, `/friends/${anaId}/ask`, { note: '' });
	await news;
	await expect(tab(ana, 'Requests, 1 to answer')).toBeVisible();
	await expect(found).toBeVisible();
	// The last one of this minute.
	await finds(ana, benHandle);
	await ana.page.reload();
	await expect(ana.page.getByRole('alert')).toContainText('Too many tries');
});

test('A no is said where it was asked, without a word why', async ({ ana, ben }) => {
	const { link } = await anaAsksBen(ana, ben);
	await ben.page.goto('/requests');
	await press(ben, 'Decline Ana');
	await expect(ben.page.getByRole('article', { name: 'Ana asked you' })).toContainText('Declined');
	await expect(ana.page.getByText('Declined', { exact: true })).toBeVisible();
	await expect(ana.page.getByRole('button', { name: /Take back/ })).toBeHidden();

	await ben.page.goto(link);
	await expect(ben.page.getByRole('button', { name: /^Accept/ })).toBeHidden();
});

test('Ana takes her question back, and Ben sees it', async ({ ana, ben }) => {
	await anaAsksBen(ana, ben);
	await ben.page.goto('/requests');
	await expect(ben.page.getByRole('article')).toHaveCount(1);
	await press(ana, 'Take back your request to Ben');
	await expect(ana.page.getByText('Cancelled', { exact: true })).toBeVisible();
	await expect(ben.page.getByRole('article', { name: 'Ana asked you' })).toContainText('Cancelled');
	await expect(ben.page.getByRole('button', { name: /^Accept/ })).toBeHidden();
});

test('A request that nobody answers says so in time, on a page that stays open', async ({
	ana,
	ben,
}) => {
	const { link } = await anaAsksBen(ana, ben);
	await ben.page.clock.install();
	await ben.page.goto(link);
	await expect(ben.page.getByText(/(9|10) min left/)).toBeVisible();
	await expect(ben.page.getByRole('button', { name: 'Accept: meet Ana' })).toBeVisible();
	// Cut off, nothing can tell the page the time but its own clock.
	await ben.losesNetwork();
	await ben.page.clock.fastForward('10:01');
	await expect(ben.page.getByText('Expired', { exact: true })).toBeVisible();
	await expect(ben.page.getByRole('button', { name: /^Accept/ })).toBeHidden();
});

test('Asking again, or asking back, leads to the question that is open already', async ({
	ana,
	ben,
}) => {
	const { link, anaId, benId } = await anaAsksBen(ana, ben);
	await ana.page.goto(`/friends/${benId}/ask`);
	await press(ana, 'Send request');
	await expect(ana.page).toHaveURL(link);
	await ben.page.goto(`/friends/${anaId}/ask`);
	await press(ben, 'Send request');
	await expect(ben.page).toHaveURL(link);
	await expect(ben.page.getByRole('button', { name: 'Accept: meet Ana' })).toBeVisible();
});

test('Without JavaScript: search, ask, decline, ask again, accept', async ({ arrives }) => {
	const ana = await arrives('Ana', { javaScriptEnabled: false });
	const ben = await arrives('Ben', { javaScriptEnabled: false });
	await signsUp(ana);
	const handle = await signsUp(ben);
	const ask = async () => {
		await ana.page.goto('/friends');
		await ana.page.getByLabel('Find somebody').fill(handle);
		await press(ana, 'Search');
		await ana.page.getByRole('link', { name: 'Ask to meet Ben' }).click();
		await press(ana, 'Send request');
		await expect(ana.page).toHaveURL(/\/r\//);
	};
	await ask();
	await ben.page.goto('/requests');
	await press(ben, 'Decline Ana');
	await expect(ben.page.getByRole('article')).toContainText('Declined');
	await ana.page.reload();
	await expect(ana.page.getByText('Declined', { exact: true })).toBeVisible();

	await ask();
	await ben.page.goto(ana.page.url());
	await press(ben, 'Accept: meet Ana');
	await expect(ben.page).toHaveURL(/\/meet\/[0-9a-f-]{36}$/);
	await ana.page.reload();
	await ana.page.getByRole('link', { name: 'Accepted: open the meeting' }).click();
	await expect(ana.page).toHaveURL(ben.page.url());
});

test('The link of a request asks to log in and leads back; to others it is not there', async ({
	ana,
	ben,
	arrives,
}) => {
	const { link, benHandle } = await anaAsksBen(ana, ben);
	const phone = await arrives('Ben', { at: null });
	await phone.page.goto(link);
	await expect(phone.page).toHaveURL(/\/login\?next=/);
	await phone.page.getByLabel('Handle').fill(benHandle);
	await phone.page.getByLabel('Password', { exact: true }).fill(PASSWORD);
	await press(phone, 'Log in');
	await expect(phone.page).toHaveURL(link);
	await expect(phone.page.getByRole('heading')).toHaveText('Ana would like to meet you');

	const cara = await arrives('Cara', { at: null });
	await signsUp(cara);
	await cara.page.goto(link);
	await expect(cara.page.getByText('There is nothing here')).toBeVisible();
	await cara.page.goto('/r/not-an-id');
	await expect(cara.page.getByText('There is nothing here')).toBeVisible();
});

test('Ana can share the request in words that say until when', async ({ ana, ben }) => {
	await ana.context.grantPermissions(['clipboard-read', 'clipboard-write']);
	const { link } = await anaAsksBen(ana, ben);
	await press(ana, 'Copy link');
	await expect(ana.page.getByText('Link copied')).toBeVisible();
	const copied = await ana.page.evaluate(() => navigator.clipboard.readText());
	expect(copied).toMatch(/^Ana would like to meet you\. Answer here until \d?\d:\d\d: http/);
	expect(copied.endsWith(link)).toBe(true);
	const whatsapp = ana.page.getByRole('link', { name: 'WhatsApp' });
	await expect(whatsapp).toHaveAttribute('rel', /noreferrer/);
	const href = new URL((await whatsapp.getAttribute('href')) ?? '');
	expect(href.origin).toBe('https://wa.me');
	expect(href.searchParams.get('text')).toBe(copied);
});

test('The title counts open requests until the page that shows them is looked at', async ({
	ana,
	ben,
}) => {
	const benHandle = await signsUp(ben);
	await ben.page.goto('/');
	await expect(ben.page).toHaveTitle(/^MeetUp/);
	await anaAsksBen(ana, ben, { benHandle });
	await expect(ben.page).toHaveTitle(/^\(1\) MeetUp/);
	await tab(ben, 'Requests, 1 to answer').click();
	await expect(ben.page).toHaveTitle('Requests · MeetUp');
	await ben.locksPhone();
	await expect(ben.page).toHaveTitle('(1) Requests · MeetUp');
	await ben.unlocksPhone();
	await expect(ben.page).toHaveTitle('Requests · MeetUp');
});

test('Elsewhere a banner leads to the meeting that has begun', async ({ ana, ben }) => {
	const { link } = await anaAsksBen(ana, ben);
	await tab(ana, 'History').click();
	await expect(ana.page.getByText('Nothing here yet')).toBeVisible();
	await ben.page.goto(link);
	await press(ben, 'Accept: meet Ana');
	await expect(ana.page.getByText('You and Ben are meeting.')).toBeVisible();
	await expect(ana.page).toHaveURL('/history');
	await ana.page.getByRole('link', { name: 'Open the meeting' }).click();
	await expect(ana.page).toHaveURL(/\/meet\//);
	await expect(ana.page.getByText('You and Ben are meeting.')).toBeHidden();
});

test('Blocked from a request, the two are not there for each other any more', async ({
	ana,
	ben,
}) => {
	const { link, anaId, benId, benHandle, anaHandle } = await anaAsksBen(ana, ben);
	await ben.page.goto(link);
	await ben.page.getByText('Block', { exact: true }).click();
	await expect(ben.page.getByText('Nobody is told why')).toBeVisible();
	await press(ben, 'Block Ana');
	await expect(ben.page).toHaveURL('/requests');
	await expect(ben.page.getByRole('button', { name: /^Accept/ })).toBeHidden();

	for (const [person, handle] of [
		[ana, benHandle],
		[ben, anaHandle],
	] as const) {
		await person.page.goto(`/friends?q=${handle}`);
		await expect(person.page.getByText('Nobody found')).toBeVisible();
	}
	await ana.page.goto(`/friends/${benId}/ask`);
	await expect(ana.page.getByText('There is nothing here')).toBeVisible();
	await ben.page.goto(`/friends/${anaId}/ask`);
	await expect(ben.page.getByText('There is nothing here')).toBeVisible();
});

test('A friend can be removed and blocked, each after a second look', async ({ ana, ben }) => {
	await areFriends(ana, ben);
	await ana.page.goto('/friends');
	const more = ana.page.getByLabel('More about Ben');
	await more.click();
	await ana.page.getByText('Remove from friends').click();
	await press(ana, 'Remove Ben');
	await expect(ana.page.getByText('Ben is no longer among your friends.')).toBeVisible();
	await expect(ana.page.getByText('Nobody here yet')).toBeVisible();
	// It ends for both.
	await ben.page.goto('/friends');
	await expect(ben.page.getByText('Nobody here yet')).toBeVisible();
});

test('Only a meeting that still runs can be opened from its request', async ({ ana, ben }) => {
	await areFriends(ana, ben);
	const opens = ana.page.getByRole('link', { name: 'Accepted: open the meeting' });
	await ana.page.goto('/requests');
	await opens.click();
	await ana.presses('End meeting');
	await expect(ana.page.getByText('This meeting is over')).toBeVisible();
	await ana.page.goto('/requests');
	await expect(ana.page.getByRole('article', { name: 'You asked Ben' })).toContainText('Accepted');
	await expect(opens).toHaveCount(0);
	await ben.page.goto('/requests');
	await ben.page.getByRole('link', { name: 'Ask again: Ana' }).click();
	await expect(ben.page.getByRole('heading', { name: 'Ask Ana to meet' })).toBeVisible();
});

test('History tells with whom and when, and forgets on demand', async ({ ana, ben }) => {
	await areFriends(ana, ben, { place: 'Harbour promenade' });
	await ana.presses('End meeting');
	await expect(ana.page.getByText('This meeting is over')).toBeVisible();
	for (const person of [ana, ben]) await person.page.goto('/history');
	const row = ana.page.getByRole('listitem').filter({ hasText: 'Ben' });
	await expect(row).toContainText(/\d?\d:\d\d/);
	await expect(row).toContainText('It was ended.');
	await expect(ana.page.locator('main')).not.toContainText('Harbour');
	await expect(row.getByRole('link', { name: 'Ask again: Ben' })).toBeVisible();
	await press(ana, 'Remove the meeting with Ben');
	await expect(ana.page.getByText('Nothing here yet')).toBeVisible();

	// His own stays until he clears it.
	await expect(ben.page.getByRole('listitem').filter({ hasText: 'Ana' })).toBeVisible();
	await ben.page.getByText('Clear all').click();
	await press(ben, 'Clear my history');
	await expect(ben.page.getByText('Your history is empty.')).toBeVisible();
});

test('Strangers are asked to log in, guests are shown the way to an account', async ({ ana }) => {
	for (const path of ['/friends', '/requests', '/history']) {
		await ana.page.goto(path);
		await expect(ana.page).toHaveURL(/\/login\?next=/);
	}
	await expect(ana.page.getByRole('navigation')).toBeHidden();
	await ana.startsMeeting();
	await ana.page.goto('/friends');
	await expect(ana.page.getByText('This needs an account')).toBeVisible();
	await ana.page.getByRole('link', { name: 'Make an account' }).click();
	await expect(ana.page).toHaveURL(/\/keep\?next=/);
});

test.describe('with a map', () => {
	test.use({ maps: true });

	test('Ana picks a place on the map, names and keeps it, and Ben sees it', async ({
		ana,
		ben,
	}) => {
		await signsUp(ana);
		const benId = await finds(ana, await signsUp(ben));
		await ana.page.goto(`/friends/${benId}/ask`);
		await ana.page.getByRole('radio', { name: 'Pick on the map' }).check();
		await press(ana, 'Send request');
		await expect(ana.page.getByRole('alert')).toHaveText('Please tap the map to choose a place.');
		// From the whole world no place can be meant: the same button leads nearer first.
		await press(ana, 'Zoom in here');
		await expect(ana.page.getByText('Place chosen.')).toBeHidden();
		await expect(async () => {
			await ana.page.getByRole('button', { name: 'Zoom in here' }).click({ timeout: 2_000 });
			await expect(ana.page.getByRole('button', { name: 'Set here' })).toBeVisible({
				timeout: 1_500,
			});
		}).toPass();
		await press(ana, 'Where I am now');
		await expect(ana.page.getByText('Place chosen.')).toBeVisible();
		await press(ana, 'Set here');
		await ana.page.getByLabel('Name of the place').fill('By the bench');
		await ana.page.getByLabel('Save this place for next time').check();
		await press(ana, 'Send request');
		await expect(ana.page.getByText('Meeting point: By the bench')).toBeVisible();
		await ben.page.goto(ana.page.url());
		await expect(ben.page.getByText('Meeting point: By the bench')).toBeVisible();
		await press(ben, 'Show on the map');
		await expect(ben.page.getByRole('img', { name: 'Meeting point: By the bench' })).toBeVisible();
		await press(ben, 'Decline Ana');

		// A saved one needs no map.
		await ana.page.goto(`/friends/${benId}/ask`);
		await ana.page.getByRole('radio', { name: 'By the bench' }).check();
		await press(ana, 'Send request');
		await expect(ana.page.getByText('Meeting point: By the bench')).toBeVisible();
	});
});

for (const colorScheme of ['light', 'dark'] as const)
	test(`Friends, requests and history are free of what axe can find, ${colorScheme}`, async ({
		arrives,
	}) => {
		// A dozen screens, each looked at whole.
		test.slow();
		const look = { colorScheme, reducedMotion: 'reduce', without: 'webgl' } as const;
		const ana = await arrives('Ana', look);
		const ben = await arrives('Ben', look);
		const anaHandle = await signsUp(ana);
		for (const path of ['/friends', '/requests', '/history', '/friends?q=a', '/friends?q=zzzz']) {
			await ana.page.goto(path);
			await isAccessible(ana);
		}
		const { link, benId } = await anaAsksBen(ana, ben, { anaHandle });
		await isAccessible(ana);
		await ana.page.goto(`/friends/${benId}/ask`);
		await ana.page.getByRole('radio', { name: 'Pick on the map' }).check();
		await isAccessible(ana);
		await ana.page.goto(link);
		await ben.page.goto('/requests');
		await isAccessible(ben);
		await ben.page.goto(link);
		await ben.page.getByText('Block', { exact: true }).click();
		await isAccessible(ben);
		await press(ben, 'Accept: meet Ana');
		await expect(ana.page).toHaveURL(/\/meet\//);
		await ana.page.goto('/requests');
		await isAccessible(ana);
		await ana.page.goto('/friends');
		await ana.page.getByLabel('More about Ben').click();
		await isAccessible(ana);
	});

async function press(person: Person, name: string): Promise<void> {
	await person.page.getByRole('button', { name, exact: true }).click();
}

function tab(person: Person, name: string) {
	return person.page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name });
}
