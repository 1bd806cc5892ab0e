import { eastOf, HARBOUR, meet, northOf } from './person';
import { expect, test } from './stories';

/** The main job, told in the order in which it happens: two people meet. */

test('Ana starts a meeting, sees herself and gets an invite to share, show and copy', async ({
	arrives,
}) => {
	const ana = await arrives('Ana');
	await ana.context.grantPermissions(['geolocation', 'clipboard-read', 'clipboard-write']);
	await ana.page.addInitScript(() => {
		const shared: unknown[] = [];
		Object.assign(globalThis, { shared });
		navigator.share = async (data) => void shared.push(data);
	});
	await ana.startsMeeting({ minutes: '30 min' });

	await expect(ana.ownMarker).toBeVisible();
	await expect(ana.badge).toHaveText('Live');
	await expect(ana.page.getByRole('img', { name: 'QR code of the invite link' })).toBeVisible();
	const link = await ana.inviteLink();
	expect(new URL(link).pathname).toBe('/i');
	// The secret does not stay in the address bar.
	expect(new URL(ana.page.url()).hash).toBe('');

	await ana.presses('Share');
	const shared = await ana.page.evaluate(() => (globalThis as { shared?: unknown[] }).shared);
	expect(shared).toEqual([
		expect.objectContaining({
			url: link,
			text: expect.stringMatching(/^Ana wants to meet you\. .* until \d?\d:\d\d/),
		}),
	]);
	await ana.presses('Copy link');
	await expect(ana.panel).toContainText('Link copied');
	expect(await ana.page.evaluate(() => navigator.clipboard.readText())).toBe(link);
});

test('Nobody is asked for a position before a tap', async ({ ana }) => {
	await ana.context.addInitScript(countQuestions);
	await ana.page.goto('/');
	await expect(ana.button('Meet someone')).toBeVisible();
	expect(await ana.page.evaluate(questions)).toBe(0);
	await ana.startsMeeting();
	await expect.poll(() => ana.page.evaluate(questions)).toBeGreaterThan(0);

	// The same meeting in a tab that came without a tap, where nothing is decided yet.
	const address = ana.page.url();
	await ana.page.close();
	await ana.context.clearPermissions();
	const cold = await ana.context.newPage();
	await cold.goto(address);
	await expect(cold.getByRole('button', { name: 'Share my location' })).toBeVisible();
	expect(await cold.evaluate(questions)).toBe(0);
});

test('Opening a link spends nothing; pressing Join does, and then it is spent', async ({
	ana,
	ben,
	arrives,
}) => {
	await ana.startsMeeting();
	const link = await ana.inviteLink();
	await ben.opens(link);
	await expect(ben.page.getByRole('heading', { name: 'Ana wants to meet you' })).toBeVisible();
	await expect(ben.page.getByText(/Until \d?\d:\d\d/)).toBeVisible();
	await expect(ben.page).toHaveURL(/\/i$/);
	await ben.page.reload();
	await expect(ben.button('Join')).toBeVisible();
	await expect(ana.panel).toContainText('Waiting for your friend');

	await ben.walksTo(northOf(HARBOUR, 400));
	await ben.joins();
	await expect(ben.distance).toHaveText('400m');

	const carl = await arrives('Carl');
	await carl.opens(link);
	await expect(carl.page.getByText('This invite has been used')).toBeVisible();
});

test('Both see both: positions, distance, direction, age, badge, people and end time', async ({
	ana,
	ben,
}) => {
	await ben.walksTo(eastOf(HARBOUR, 320));
	await meet(ana, ben);

	await expect(ana.distance).toHaveText('320m');
	await expect(ana.panel).toContainText('east');
	await expect(ana.panel).toContainText('Getting close');
	await expect(ana.panel).toContainText(/just now|\d+ s ago/);
	await expect(ben.panel).toContainText('west');
	for (const [person, other] of [
		[ana, 'Ben'],
		[ben, 'Ana'],
	] as const) {
		await expect(person.badge).toHaveText('Live');
		await expect(person.ownMarker).toBeVisible();
		await expect(person.marker(other)).toBeVisible();
		await expect(person.panel).toContainText(`Sharing with ${other}`);
		await expect(person.panel).toContainText(/ends \d?\d:\d\d/);
		await person.looksAtEverything();
		await expect(person.people).toContainText(`${person.name} (you)`);
		await expect(person.people).toContainText(other);
		await expect(person.people).toContainText('8 m');
	}
});

test('They move and everything follows, through the four words of the distance bar', async ({
	ana,
	ben,
}) => {
	await ben.walksTo(northOf(HARBOUR, 900));
	await meet(ana, ben);
	await expect(ana.panel).toContainText('Far away');
	for (const [metres, word] of [
		[600, 'Far away'],
		[480, 'Getting close'],
		[140, 'Nearly there'],
		[40, 'Within reach'],
	] as const) {
		await ben.walksTo(northOf(HARBOUR, metres));
		await expect(ana.distance).toHaveText(`${metres}m`);
		await expect(ben.distance).toHaveText(`${metres}m`);
		await expect(ana.panel).toContainText(word);
		await expect(ben.panel).toContainText(word);
	}
});

function countQuestions(): void {
	Object.assign(globalThis, { questions: 0 });
	const { geolocation } = navigator;
	for (const call of ['watchPosition', 'getCurrentPosition'] as const) {
		const original = geolocation[call].bind(geolocation) as (...args: unknown[]) => number;
		Object.assign(geolocation, {
			[call]: (...args: unknown[]) => {
				(globalThis as unknown as { questions: number }).questions++;
				return original(...args);
			},
		});
	}
}

function questions(): number | undefined {
	return (globalThis as { questions?: number }).questions;
}
