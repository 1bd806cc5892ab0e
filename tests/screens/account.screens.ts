import { HARBOUR, northOf, type Person } from '../person';
import { expect, test } from '../stories';
import { PASSWORD } from '../support/api';
import { blocks, joinsIn, logsInElsewhere, saves, signsUp } from './cast';
import { LOOKS, pictures } from './picture';

/** Registering, logging in, keeping, settings, leaving for good. */

const PHONE =
	'Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36';

for (const look of LOOKS)
	test(`an account, ${look.name}`, async ({ arrives, request }) => {
		const picture = pictures(look);
		const permissions = ['geolocation', 'screen-wake-lock', 'notifications'];
		const ana = await arrives('Ana', { ...look, permissions, without: 'webgl' });

		await ana.page.goto('/register');
		await picture(ana, '20-register');
		await field(ana, 'Handle').fill('a!');
		await field(ana, 'Your name').fill('Ana');
		await field(ana, 'Password').fill('short');
		await press(ana, 'Register');
		await expect(ana.page.getByRole('alert')).toHaveCount(2);
		await picture(ana, '21-register-refused', { whole: true });

		await ana.page.goto('/login');
		await picture(ana, '22-login');
		await ana.page.goto('/login?next=/settings');
		await field(ana, 'Handle').fill('ana');
		await field(ana, 'Password').fill('not my password');
		await picture(ana, '23-login-first');
		await press(ana, 'Log in');
		await expect(ana.page.getByRole('alert')).toBeVisible();
		await picture(ana, '24-login-refused');

		const gil = await arrives('Gil', { ...look, without: 'webgl' });
		await gil.startsMeeting();
		await gil.page.goto('/keep');
		await picture(gil, '25-keep');
		await gil.page.goto('/login');
		await picture(gil, '26-login-guest');
		await gil.page.goto('/settings');
		await expect(gil.page.getByText('You are here as a guest')).toBeVisible();
		await picture(gil, '27-settings-guest', { whole: true });
		await gil.page.goto('/friends');
		await picture(gil, '28-account-only');

		const account = await signsUp(ana, `ana_${look.city}`);
		await ana.page.goto('/settings');
		await expect(ana.page.getByText('Notifications are off')).toBeVisible();
		await picture(ana, '30-settings-new', { whole: true });
		for (const [index, name] of ['Café Kaffistova', 'Under the station clock'].entries())
			await saves(request, account, { name, ...northOf(HARBOUR, 200 * (index + 1)) });
		for (const [name, who] of [
			['Rolf', 'rolf'],
			['Maximiliane von der Heide-Lindqvist', 'maxi'],
		] as const)
			await blocks(request, account, await joinsIn(request, name, `${who}_was_${look.city}`));
		await logsInElsewhere(request, account, PHONE);
		await ana.page.reload();
		await press(ana, 'Save name');
		await expect(ana.page.getByText('Saved.')).toBeVisible();
		const password = ana.page.getByRole('region', { name: 'Password', exact: true });
		await password.getByLabel('Current password').fill(PASSWORD);
		await password.getByLabel('New password').fill('short');
		await press(ana, 'Change password');
		await expect(ana.page.getByText('Please use at least 8 characters.')).toBeVisible();
		await picture(ana, '31-settings-full', { whole: true });

		await ana.page.goto('/settings/delete');
		await picture(ana, '32-delete');
		await ana.page.getByLabel('Current password', { exact: true }).fill('not my password');
		await press(ana, 'Delete everything');
		await expect(ana.page.getByRole('alert')).toBeVisible();
		await picture(ana, '33-delete-refused');
		await ana.page.getByLabel('Current password', { exact: true }).fill(PASSWORD);
		await press(ana, 'Delete everything');
		await expect(ana.page.getByRole('heading', { name: 'Everything is deleted' })).toBeVisible();
		await picture(ana, '34-deleted');
	});

const field = (person: Person, label: string) =>
	person.page.getByLabel(label, { exact: true }).and(person.page.locator('input'));
const press = (person: Person, name: string) =>
	person.page.getByRole('button', { name, exact: true }).click();
