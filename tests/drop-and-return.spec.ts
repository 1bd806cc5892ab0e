import { HARBOUR, meet, northOf } from './person';
import { expect, test } from './stories';

/** What networks, screens and people do in between: the other always sees the honest state. */

test.use({ maps: false });

test.beforeEach(async ({ ana, ben }) => {
	await ben.walksTo(northOf(HARBOUR, 300));
	await meet(ana, ben);
});

test('Ben loses the network and returns: his screen says so, and then all is as it was', async ({
	ana,
	ben,
}) => {
	await ben.losesNetwork();
	await expect(ben.badge).toContainText('Offline');
	await expect(ben.panel).toContainText('This device has no network');
	// Ana can't know yet that he is gone, but his last position ages in front of her eyes.
	await expect(ana.panel).toContainText(/[3-9] s ago/);
	await ana.walksTo(northOf(HARBOUR, 20));

	await ben.findsNetwork();
	await expect(ben.badge).toHaveText('Live');
	await expect(ben.distance).toHaveText('280m');
	await ben.walksTo(northOf(HARBOUR, 250));
	await expect(ana.distance).toHaveText('230m');
	await expect(ana.panel).toContainText('Sharing with Ben');
});

test('Ben reloads the page and is back in the meeting, without being asked again', async ({
	ana,
	ben,
}) => {
	await ben.page.reload();
	await expect(ben.badge).toHaveText('Live');
	await expect(ben.distance).toHaveText('300m');
	await ben.walksTo(northOf(HARBOUR, 280));
	await expect(ana.distance).toHaveText('280m');
	await expect(ana.panel).not.toContainText('lost the connection');
});

test('Ben pauses: Ana is told, his position stands still, and Resume brings it all back', async ({
	ana,
	ben,
}) => {
	await ben.presses('Pause');
	await expect(ana.panel).toContainText('Ben has paused sharing');
	await expect(ben.panel).toContainText(/You are paused: in \d+ s you will not see Ana either/);
	await ben.walksTo(northOf(HARBOUR, 250));
	await ana.walksTo(northOf(HARBOUR, 10));
	await expect(ana.distance).toHaveText('290m');

	// Pausing is not undone by a reload.
	await ben.page.reload();
	await expect(ben.button('Resume')).toBeVisible();
	await ben.presses('Resume');
	await expect(ana.distance).toHaveText('240m');
	await expect(ana.panel).not.toContainText('paused');
});

test('Ben locks his phone: Ana reads that the screen is off, and it resumes by itself', async ({
	ana,
	ben,
}) => {
	await ben.locksPhone();
	await expect(ana.panel).toContainText('Ben has the screen off or is in another app');
	await ben.unlocksPhone();
	await expect(ana.panel).not.toContainText('screen off');
	await ben.walksTo(northOf(HARBOUR, 250));
	await expect(ana.distance).toHaveText('250m');
});

test('Ben closes the page: Ana reads that he is gone, and sees him again when he returns', async ({
	ana,
	ben,
}) => {
	const address = ben.page.url();
	await ben.page.goto('about:blank');
	await expect(ana.panel).toContainText('Ben lost the connection');
	await ben.page.goto(address);
	await expect(ben.badge).toHaveText('Live');
	await expect(ana.panel).not.toContainText('lost the connection');
});

test('A second tab takes the meeting over, and the first one waits for a tap', async ({ ben }) => {
	const second = await ben.context.newPage();
	await second.goto(ben.page.url());
	await expect(ben.badge).toHaveText('Opened elsewhere');
	await ben.page.getByRole('button', { name: 'Use it here' }).click();
	await expect(ben.badge).toHaveText('Live');
	await expect(second.getByRole('group', { name: 'Connection' })).toHaveText('Opened elsewhere');
});
