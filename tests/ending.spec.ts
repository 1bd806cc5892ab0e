import { HARBOUR, meet, northOf } from './person';
import { expect, test } from './stories';

/** How meetings end, and how they don't. */

test.use({ maps: false });

test('Within 50 m both say so, both celebrate, and nothing is left', async ({ ana, ben }) => {
	await ana.startsMeeting();
	const link = await ana.inviteLink();
	await ben.walksTo(northOf(HARBOUR, 120));
	await ben.opens(link);
	await ben.joins();
	await expect(ana.distance).toHaveText('120m');
	await expect(ana.button("I'm here")).toBeDisabled();
	await ben.walksTo(northOf(HARBOUR, 30));
	await expect(ana.button("I'm here")).toBeEnabled();

	await ana.presses("I'm here");
	await expect(ana.panel).toContainText('Waiting for Ben to confirm');
	await expect(ben.panel).toContainText("Ana says: I'm here. Confirm?");
	await expect(ben.panel).toContainText(/\d+ s left/);
	await ben.presses('Confirm');

	const address = ana.page.url();
	for (const person of [ana, ben]) {
		await expect(person.page.getByRole('heading', { name: "You've met!" })).toBeVisible();
		await expect(person.page.getByText('no position was kept')).toBeVisible();
	}
	await ben.opens(link);
	await expect(ben.page.getByText('This meeting is over')).toBeVisible();
	await ana.page.goto(address);
	await expect(ana.page.getByText('You met.')).toBeVisible();
	const kept = await ana.page.evaluate(() => JSON.stringify([sessionStorage, localStorage]));
	expect(kept).not.toContain('/i#');
});

test('"Not yet" closes the window for both, and it can be opened again', async ({ ana, ben }) => {
	await ben.walksTo(northOf(HARBOUR, 20));
	await meet(ana, ben);
	await ana.presses("I'm here");
	await ben.presses('Not yet');
	await expect(ana.panel).toContainText('Ben says: not yet.');
	await ben.presses("I'm here");
	await expect(ana.button('Confirm')).toBeVisible();
	await expect(ana.badge).toHaveText('Live');
});

test('A minute without an answer closes the window, and nobody has ended it alone', async ({
	ana,
	ben,
}) => {
	await ben.walksTo(northOf(HARBOUR, 20));
	await meet(ana, ben);
	await ana.presses("I'm here");
	await expect(ben.button('Confirm')).toBeVisible();
	await expect(ana.panel).toContainText('The minute is over', { timeout: 75_000 });
	await expect(ben.button('Confirm')).toBeHidden();
	await expect(ana.button("I'm here")).toBeEnabled();
});

test('Too far apart: "I\'m here" stays shut and says why', async ({ ana, ben }) => {
	await ben.walksTo(northOf(HARBOUR, 200));
	await meet(ana, ben);
	await expect(ana.button("I'm here")).toBeDisabled();
	await expect(ana.panel).toContainText('within 50 m of each other');
	await expect(ana.button("We've met anyway")).toBeHidden();
});

test('Weak GPS: "We\'ve met anyway" lets both confirm by hand', async ({ ana, arrives }) => {
	const ben = await arrives('Ben', { at: northOf(HARBOUR, 130), accuracyM: 95, without: 'webgl' });
	await ana.startsMeeting();
	await ben.opens(await ana.inviteLink());
	await ben.joins();
	await expect(ana.distance).toHaveText('130m');
	await ana.presses("We've met anyway");
	await ben.presses('Confirm');
	for (const person of [ana, ben])
		await expect(person.page.getByRole('heading', { name: "You've met!" })).toBeVisible();
});

test('A position too rough to be sent is called that, and both can still confirm', async ({
	ana,
	arrives,
}) => {
	const ben = await arrives('Ben', { at: HARBOUR, accuracyM: 2000, without: 'webgl' });
	await ana.startsMeeting();
	await ben.opens(await ana.inviteLink());
	await ben.joins();
	await expect(ben.panel).toContainText('Your position is too rough to meet');
	await expect(ben.panel).toContainText('about 2.0 km');
	await expect(ana.panel).toContainText('Ben has weak GPS');
	await ben.presses("We've met anyway");
	await ana.presses('Confirm');
	await expect(ben.page.getByRole('heading', { name: "You've met!" })).toBeVisible();
});

test('"End meeting" ends it for both at once, in neutral words', async ({ ana, ben }) => {
	await ben.walksTo(northOf(HARBOUR, 300));
	await meet(ana, ben);
	await ben.presses('End meeting');
	for (const person of [ana, ben]) {
		await expect(person.page.getByRole('heading', { name: 'This meeting is over' })).toBeVisible();
		await expect(person.page.getByText('No position was kept.')).toBeVisible();
		await expect(person.page.locator('body')).not.toContainText('Ben ended');
	}
	await ana.page.goto('/');
	await expect(ana.page.getByText('Back to your meeting')).toBeHidden();
});
