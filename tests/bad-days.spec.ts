import { HARBOUR, meet, northOf } from './person';
import { expect, test } from './stories';
import { isAccessible } from './support/accessible';

/** Wrong links, missing parts, refused permissions: every dead end has a sentence and a way on. */

test('Unknown, incomplete and replaced links each get a kind page', async ({ ana, ben }) => {
	await ben.opens('/i');
	await expect(ben.page.getByText('The link is not complete')).toBeVisible();
	await ben.page.goto('about:blank');
	await ben.opens(`/i#${'x'.repeat(43)}`);
	await expect(ben.page.getByText("We don't know this invite")).toBeVisible();

	await ana.startsMeeting();
	const first = await ana.inviteLink();
	await ana.page.evaluate(() => sessionStorage.clear());
	await ana.page.reload();
	await ana.presses('New link');
	expect(await ana.inviteLink()).not.toBe(first);
	await ben.page.goto('about:blank');
	await ben.opens(first);
	await expect(ben.page.getByText('This invite was replaced')).toBeVisible();
});

test('A meeting of others, or one that never was, is not there', async ({ ana, ben }) => {
	await ana.startsMeeting();
	await ben.page.goto(ana.page.url());
	await expect(ben.page.getByText('There is nothing here')).toBeVisible();
});

test('A name that is too long is refused in a sentence, and nothing typed is lost', async ({
	ana,
}) => {
	await ana.page.goto('/');
	const field = ana.page.getByLabel('Your name');
	// Past what the field itself would let through.
	await field.evaluate((input) => input.removeAttribute('maxlength'));
	await field.fill('A'.repeat(41));
	await ana.page.getByRole('radio', { name: '3 h' }).check();
	await ana.presses('Meet someone');
	await expect(ana.page.getByText('Please use at most 40 characters')).toBeVisible();
	await expect(field).toHaveValue('A'.repeat(41));
	await expect(ana.page.getByRole('radio', { name: '3 h' })).toBeChecked();
});

test('A meeting can be started without JavaScript', async ({ arrives }) => {
	const ana = await arrives('Ana', { javaScriptEnabled: false });
	await ana.page.goto('/');
	await ana.page.getByLabel('Your name').fill('Ana');
	await ana.presses('Meet someone');
	await expect(ana.page).toHaveURL(/\/meet\//);
	// Playwright's own eyes pass over <noscript>, whose words a person without scripts reads.
	expect(await ana.page.content()).toContain('The live map needs JavaScript.');
});

test('Location denied: Ben is told how to allow it, Ana that he shares nothing', async ({
	ana,
	arrives,
}) => {
	const ben = await arrives('Ben', { at: null, permissions: [] });
	await ana.startsMeeting();
	await ben.opens(await ana.inviteLink());
	await ben.joins();
	await expect(ben.panel).toContainText('Your browser blocks the location');
	await expect(ana.panel).toContainText('Ben has paused sharing');

	await ben.context.grantPermissions(['geolocation']);
	await ben.walksTo(northOf(HARBOUR, 100));
	await ben.page.getByRole('button', { name: 'Try again' }).click();
	await expect(ana.distance).toHaveText('100m');
});

test('No location in this browser: "I\'m waiting here" sets it by hand, and says so', async ({
	ana,
	arrives,
}) => {
	const ben = await arrives('Ben', { without: 'geolocation' });
	await ana.startsMeeting();
	await ben.opens(await ana.inviteLink());
	await ben.joins();
	await expect(ben.panel).toContainText('This browser knows no location');
	await ben.page.getByRole('button', { name: "I'm waiting here" }).click();
	await ben.page.getByRole('button', { name: 'Set here' }).click();
	await expect(ana.distance).toHaveText(/\d/);
	await ana.looksAtEverything();
	await expect(ana.people).toContainText('Position set by hand');
});

test('Without WebGL the live list alone does the whole job', async ({ ana, arrives }) => {
	const ben = await arrives('Ben', { at: northOf(HARBOUR, 30), without: 'webgl' });
	await ana.startsMeeting();
	await ben.opens(await ana.inviteLink());
	await ben.joins();
	await expect(ben.distance).toHaveText('30m');
	await ben.looksAtEverything();
	await expect(ben.panel).toContainText("The map can't be drawn in this browser");
	await ana.presses("I'm here");
	await ben.presses('Confirm');
	await expect(ben.page.getByRole('heading', { name: "You've met!" })).toBeVisible();
});

test('The map follows, lets go when it is dragged, and Re-centre brings it back', async ({
	ana,
	ben,
}) => {
	await ben.walksTo(northOf(HARBOUR, 200));
	await meet(ana, ben);
	await expect(ana.marker('Ben')).toBeInViewport();
	const box = await ana.map.boundingBox();
	if (!box) throw new Error('the map has no size');
	const [x, y] = [box.x + box.width / 2, box.y + 150];
	await ana.page.mouse.move(x, y);
	await ana.page.mouse.down();
	await ana.page.mouse.move(x + 60, y + 40, { steps: 4 });
	await ana.page.mouse.up();
	await expect(ana.button('Re-centre')).toBeVisible();
	await ana.presses('Re-centre');
	await expect(ana.button('Re-centre')).toBeHidden();
	await expect(ana.marker('Ben')).toBeInViewport();
});

test('Every screen is free of what axe can find, in both colour schemes', async ({
	ana,
	ben,
	arrives,
}) => {
	// axe reads every map that is drawn in software, in two browsers at once.
	test.slow();
	const dora = await arrives('Dora', { colorScheme: 'dark', reducedMotion: 'reduce' });
	await dora.page.goto('/');
	await isAccessible(dora);
	await ana.page.goto('/');
	await isAccessible(ana);
	await ana.page.goto('/privacy');
	await isAccessible(ana);
	await ben.opens(`/i#${'x'.repeat(43)}`);
	await expect(ben.page.getByText("We don't know this invite")).toBeVisible();
	await isAccessible(ben);

	await dora.startsMeeting();
	const link = await dora.inviteLink();
	await expect(dora.ownMarker).toBeVisible();
	await isAccessible(dora);
	await ben.page.goto('about:blank');
	await ben.opens(link);
	await expect(ben.button('Join')).toBeVisible();
	await isAccessible(ben);
	await ben.walksTo(northOf(HARBOUR, 20));
	await ben.joins();
	await expect(ben.button("I'm here")).toBeEnabled();
	for (const person of [dora, ben]) {
		await isAccessible(person);
		await person.looksAtEverything();
		await isAccessible(person);
	}
	await dora.presses('Pause');
	await expect(ben.panel).toContainText('Dora has paused sharing');
	await isAccessible(dora);
	await isAccessible(ben);
	await dora.presses('Resume');
	await ben.presses("I'm here");
	await expect(dora.button('Confirm')).toBeVisible();
	await isAccessible(ben);
	await isAccessible(dora);
	await dora.presses('Confirm');
	for (const person of [dora, ben]) {
		await expect(person.page.getByRole('heading', { name: "You've met!" })).toBeVisible();
		await isAccessible(person);
	}
	await dora.page.reload();
	await expect(dora.page.getByRole('heading', { name: 'This meeting is over' })).toBeVisible();
	await isAccessible(dora);
	await ana.page.goto('/meet/nowhere');
	await expect(ana.page.getByText('There is nothing here')).toBeVisible();
	await isAccessible(ana);

	const eve = await arrives('Eve', { at: null, permissions: [] });
	await eve.startsMeeting();
	await expect(eve.panel).toContainText('Your browser blocks the location');
	await isAccessible(eve);
	await eve.page.getByRole('button', { name: "I'm waiting here" }).click();
	await expect(eve.page.getByRole('button', { name: 'Set here' })).toBeVisible();
	await isAccessible(eve);
	await eve.losesNetwork();
	await expect(eve.badge).toContainText('Offline');
	await isAccessible(eve);
});
