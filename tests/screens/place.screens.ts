import { eastOf, HARBOUR, northOf, type Person } from '../person';
import { expect, test } from '../stories';
import { saves, signsUp } from './cast';
import { LOOKS, pictures } from './picture';

/** The live page with everything open: a meeting place, ways there, parting from somebody. */

for (const look of LOOKS)
	test(`a meeting place, ${look.name}`, async ({ arrives, request }) => {
		test.setTimeout(240_000);
		const picture = pictures(look);
		const ana = await arrives('Ana', look);
		const ben = await arrives('Ben', { ...look, at: northOf(eastOf(HARBOUR, 500), 400) });
		const account = await signsUp(ana, `ana_by_${look.city}`);
		for (const name of ['Café Kaffistova', 'Under the station clock', 'Home'])
			await saves(request, account, { name, ...northOf(HARBOUR, 700) });

		await ana.startsMeeting();
		const link = await ana.inviteLink();
		await ana.looksAtEverything();
		await picture(ana, '60-waiting-everything');
		await ben.opens(link);
		await ben.joins();
		await expect(ana.marker('Ben')).toBeVisible();
		await ana.looksAtEverything();
		await picture(ana, '61-place-none', { part: place(ana) });

		await press(ana, 'Choose on the map');
		await picture(ana, '62-place-choosing');
		await ana.map.locator('.maplibregl-canvas').click({ position: { x: 100, y: 250 } });
		await expect(ana.page.getByLabel('Name of the place')).toBeVisible();
		await picture(ana, '63-place-naming');
		await press(ana, 'Cancel');
		await ana.looksAtEverything();
		await place(ana).getByRole('button', { name: 'Café Kaffistova' }).click();
		await expect(place(ana)).toContainText('on foot');
		await ana.page.getByRole('radio', { name: 'Cycling' }).check();
		await expect(place(ana)).toContainText('by bike');
		await picture(ana, '64-place-set');
		await place(ana).getByRole('button', { name: 'Change' }).click();
		await picture(ana, '65-place-change', { part: ana.page.getByText('Leave it as it is') });
		await press(ana, 'Leave it as it is');

		await ana.people.getByText('Remove from this meeting').click();
		await picture(ana, '66-remove', { part: ana.people.getByText('Remove Ben') });
		await ana.people.getByText('Remove from this meeting').click();
		await ana.people.getByText('Block', { exact: true }).click();
		await picture(ana, '67-block', { part: ana.people.getByText('Block Ben') });

		await ben.looksAtEverything();
		const keep = ben.page.getByRole('link', { name: 'Keep this friend' });
		await picture(ben, '68-keep-friend', { part: keep });
		await keep.click();
		await expect(ben.page.getByRole('heading', { name: 'Keep this friend' })).toBeVisible();
		await picture(ben, '69-keep-friend-page');
		await ben.page.goBack();
		await expect(ben.badge).toHaveText('Live');
		await picture(ben, '70-place-peek');
		await ben.presses('End meeting');
		await expect(keep).toBeVisible();
		await picture(ben, '71-over-guest');
	});

const place = (person: Person) => person.page.getByRole('region', { name: 'Meeting place' });
const press = (person: Person, name: string) =>
	person.page.getByRole('button', { name, exact: true }).click();
