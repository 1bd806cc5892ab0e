import { fileURLToPath } from 'node:url';
import { eastOf, HARBOUR, northOf } from '../person';
import { expect, test } from '../stories';
import { LOOKS, pictures } from './picture';

/** Two people from the first page to the receipt. */

const README_PICTURE = fileURLToPath(new URL('../../docs/live.png', import.meta.url));

for (const look of LOOKS)
	test(`a meeting, ${look.name}`, async ({ arrives }) => {
		test.setTimeout(240_000);
		const picture = pictures(look);
		const ana = await arrives('Ana', look);
		const ben = await arrives('Ben', { ...look, at: null });

		await ana.page.goto('/');
		await picture(ana, '01-home');
		await ana.startsMeeting();
		const link = await ana.inviteLink();
		await expect(ana.ownMarker).toBeVisible();
		await picture(ana, '02-waiting');

		await ben.opens('/i');
		await expect(ben.page.getByText('The link is not complete')).toBeVisible();
		await picture(ben, '03-dead-link');
		await ben.page.goto('about:blank');
		await ben.opens(link);
		await expect(ben.button('Join')).toBeVisible();
		await picture(ben, '04-invite');

		await ben.walksTo(northOf(eastOf(HARBOUR, 900), 900));
		await ben.joins();
		await expect(ana.distance).toHaveText('1.3km');
		await expect(ana.marker('Ben')).toBeVisible();
		await picture(ana, '05-far');
		await ben.walksTo(northOf(eastOf(HARBOUR, 100), 100));
		await expect(ana.distance).toHaveText('140m');
		await picture(ana, '06-near');
		if (look.name === 'light-390') await ana.page.screenshot({ path: README_PICTURE });
		await ana.looksAtEverything();
		await picture(ana, '07-everything');

		await ben.presses('Pause');
		await expect(ana.panel).toContainText('Ben has paused sharing');
		await picture(ben, '08-paused');
		await picture(ana, '09-other-paused');
		await ben.presses('Resume');
		await ben.losesNetwork();
		await expect(ben.badge).toContainText('Offline');
		await picture(ben, '10-offline');
		await ben.findsNetwork();
		await expect(ben.badge).toHaveText('Live');

		await ben.walksTo(northOf(HARBOUR, 30));
		await expect(ben.button("I'm here")).toBeEnabled();
		await picture(ben, '11-within-reach');
		await ben.presses("I'm here");
		await expect(ana.button('Confirm')).toBeVisible();
		await picture(ben, '12-asking');
		await picture(ana, '13-asked');
		await ana.presses('Confirm');
		await expect(ana.page.getByRole('heading', { name: "You've met!" })).toBeVisible();
		await picture(ana, '14-met');
		await ana.page.reload();
		await expect(ana.page.getByText('You met.')).toBeVisible();
		await picture(ana, '15-over');

		const cara = await arrives('Cara', { ...look, at: null, permissions: [] });
		await cara.startsMeeting();
		await expect(cara.panel).toContainText('blocks the location');
		await picture(cara, '16-denied');
	});
