import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { HARBOUR, meet, northOf, type Person } from './person';
import { expect, test } from './stories';
import { isAccessible } from './support/accessible';

/** Registering, logging in and out, settings, and a guest who stays. */

test.use({ maps: false });

const PASSWORD = 'seven green umbrellas';
const newHandle = () => `t_${randomUUID().replaceAll('-', '').slice(0, 12)}`;

test('Ana registers, is called otherwise, and throws out a second device', async ({
	ana,
	arrives,
}) => {
	const handle = await registers(ana, { next: '/settings' });
	await expect(ana.page).toHaveURL('/settings');
	await expect(ana.page.getByText(`Your handle is ${handle}`)).toBeVisible();
	await expect(section(ana, 'Your devices')).toContainText('You are logged in on this device only');

	await field(ana, 'Your name').fill('Ana Maria');
	await press(ana, 'Save name');
	await expect(section(ana, 'Name')).toContainText('Saved.');
	await ana.page.reload();
	await expect(field(ana, 'Your name')).toHaveValue('Ana Maria');

	const second = await arrives('Ana');
	await logsIn(second, handle, PASSWORD, '/settings');
	await expect(second.page.getByRole('heading', { name: 'Settings' })).toBeVisible();
	await ana.page.reload();
	const devices = section(ana, 'Your devices');
	await expect(devices.getByRole('listitem')).toHaveCount(2);
	await expect(devices.getByText('this device')).toHaveCount(1);
	await devices.getByRole('button', { name: /^Log out (?!all)/ }).click();
	await expect(devices.getByRole('listitem')).toHaveCount(1);
	await expect(devices).toContainText('Logged out.');

	await second.page.goto('/settings');
	await expect(second.page).toHaveURL('/login?next=/settings');
	await expect(second.page.getByText('You are logged out on this device.')).toBeVisible();
});

test('A new password logs the other devices out and opens the door from then on', async ({
	ana,
	arrives,
}) => {
	const handle = await registers(ana, { next: '/settings' });
	const second = await arrives('Ana');
	await logsIn(second, handle, PASSWORD, '/settings');
	await expect(second.page.getByRole('heading', { name: 'Settings' })).toBeVisible();

	const area = section(ana, 'Password');
	await area.getByLabel('Current password').fill('not this one');
	await area.getByLabel('New password').fill('eight yellow umbrellas');
	await press(ana, 'Change password');
	await expect(area).toContainText('That is not your current password.');
	await area.getByLabel('Current password').fill(PASSWORD);
	await area.getByLabel('New password').fill('short');
	await press(ana, 'Change password');
	await expect(area).toContainText('Please use at least 8 characters.');
	await area.getByLabel('New password').fill('eight yellow umbrellas');
	await press(ana, 'Change password');
	await expect(area).toContainText('All other devices are logged out.');
	await expect(area.getByLabel('Current password')).toHaveValue('');

	await second.page.reload();
	await expect(second.page).toHaveURL('/login?next=/settings');
	await logsIn(second, handle, 'eight yellow umbrellas', '/settings');
	await expect(second.page.getByRole('heading', { name: 'Settings' })).toBeVisible();
});

test('Ana logs out and in again; a wrong password and an unknown handle sound the same', async ({
	ana,
}) => {
	const handle = await registers(ana, { next: '/settings' });
	await section(ana, 'Log out').getByRole('button', { name: 'Log out' }).click();
	await expect(ana.page).toHaveURL('/');
	await ana.page.goto('/settings');
	await expect(ana.page).toHaveURL('/login?next=/settings');
	await expect(ana.page.getByText('Please log in to go on.')).toBeVisible();

	const neutral = "This handle and password don't belong together.";
	for (const [who, password] of [
		[handle, 'wrong but long enough'],
		[newHandle(), PASSWORD],
		['no such handle at all', 'x'],
	] as const) {
		await logsIn(ana, who, password, '/settings');
		await expect(ana.page.getByRole('alert')).toHaveText(neutral);
		await expect(field(ana, 'Handle')).toHaveValue(who);
		await expect(field(ana, 'Password')).toHaveValue('');
	}
	await logsIn(ana, `@${handle.toUpperCase()}`, PASSWORD, '/settings');
	await expect(ana.page).toHaveURL('/settings');
});

test('Too many tries: Ana reads how long to wait, even with the right password', async ({
	ana,
	baseURL,
}) => {
	const handle = await registers(ana);
	await ana.context.clearCookies();
	const headers = { origin: baseURL ?? '', accept: 'application/json' };
	for (let tries = 0; tries < 10; tries += 1) {
		const form = { handle, password: 'wrong but long enough' };
		const answer = await ana.context.request.post('/login', { form, headers });
		expect(await answer.json()).toMatchObject({ type: 'failure', status: 401 });
	}
	await logsIn(ana, handle, PASSWORD);
	await expect(ana.page.getByRole('alert')).toHaveText(/Too many tries\. Please wait 1[0-5] min/);
});

test('What is wrong with a registration is said under its field, and nothing typed is lost', async ({
	ana,
	arrives,
}) => {
	const handle = await registers(ana);
	const ben = await arrives('Ben');
	await ben.page.goto('/register');
	await field(ben, 'Handle').fill('b!');
	await field(ben, 'Your name').fill('Ben');
	await field(ben, 'Password').fill('short');
	await press(ben, 'Register');
	await expect(field(ben, 'Handle')).toHaveAccessibleDescription(/Please use 3 to 20 letters/);
	await expect(field(ben, 'Password')).toHaveAccessibleDescription(/at least 8 characters/);
	await expect(field(ben, 'Your name')).toHaveValue('Ben');

	await field(ben, 'Handle').fill(handle);
	await field(ben, 'Password').fill(PASSWORD);
	await press(ben, 'Register');
	await expect(field(ben, 'Handle')).toHaveAccessibleDescription(/Somebody else has this handle/);
	await field(ben, 'Handle').fill(newHandle());
	await field(ben, 'Password').fill('password123');
	await press(ben, 'Register');
	await expect(field(ben, 'Password')).toHaveAccessibleDescription(/Too many people use/);
	await field(ben, 'Password').fill(PASSWORD);
	await press(ben, 'Register');
	await expect(ben.page).toHaveURL('/');
});

test('A password can be looked at while it is typed', async ({ ana }) => {
	await ana.page.goto('/login');
	await field(ana, 'Password').fill('umbrella');
	await expect(field(ana, 'Password')).toHaveAttribute('type', 'password');
	await press(ana, 'Show password');
	await expect(field(ana, 'Password')).toHaveAttribute('type', 'text');
	await expect(field(ana, 'Password')).toHaveValue('umbrella');
	await press(ana, 'Hide password');
	await expect(field(ana, 'Password')).toHaveAttribute('type', 'password');
});

test('Without JavaScript: register, be refused, log out, log in, change a setting', async ({
	arrives,
}) => {
	const ana = await arrives('Ana', { javaScriptEnabled: false });
	const handle = newHandle();
	await ana.page.goto('/register?next=/settings');
	await fillRegistration(ana, handle, 'short');
	await press(ana, 'Register');
	await expect(ana.page.getByText('Please use at least 8 characters.')).toBeVisible();
	await expect(field(ana, 'Handle')).toHaveValue(handle);
	await expect(field(ana, 'Password')).toHaveValue('');
	await field(ana, 'Password').fill(PASSWORD);
	await press(ana, 'Register');
	await expect(ana.page).toHaveURL('/settings');

	const found = ana.page.getByRole('switch', { name: 'Others can find me' });
	await expect(found).toBeChecked();
	await found.click();
	await expect(found).not.toBeChecked();

	await section(ana, 'Log out').getByRole('button', { name: 'Log out' }).click();
	await expect(ana.page).toHaveURL('/');
	await logsIn(ana, handle, 'not the password', '/settings');
	await expect(ana.page.getByText("don't belong together")).toBeVisible();
	await logsIn(ana, handle, PASSWORD, '/settings');
	await expect(ana.page).toHaveURL('/settings');
	await expect(found).not.toBeChecked();
});

test('A guest keeps his friend in the middle of a meeting, and it goes on', async ({
	ana,
	ben,
}) => {
	await ben.walksTo(northOf(HARBOUR, 300));
	await meet(ana, ben);
	const meeting = new URL(ben.page.url()).pathname;
	// Logging in instead would leave the meeting: it says so, and how to stay.
	await ben.page.goto('/login');
	await expect(ben.page.getByText('You are in a meeting as a guest.')).toBeVisible();
	await ben.page.getByRole('link', { name: 'Keep it and make an account' }).click();
	await expect(ben.page).toHaveURL(`/keep?next=${encodeURIComponent(meeting)}`);
	const handle = newHandle();
	await field(ben, 'Handle').fill('b!');
	await field(ben, 'Password').fill(PASSWORD);
	await press(ben, 'Keep');
	await expect(field(ben, 'Handle')).toHaveAccessibleDescription(/Please use 3 to 20 letters/);
	await field(ben, 'Handle').fill(handle);
	await press(ben, 'Keep');

	await expect(ben.page).toHaveURL(meeting);
	await expect(ben.distance).toHaveText(/\d/);
	await expect(ana.panel).toContainText('Sharing with Ben');
	await ben.page.goto('/settings');
	await expect(ben.page.getByText(`Your handle is ${handle}`)).toBeVisible();
	await ben.page.goto(meeting);
	await expect(ben.distance).toHaveText(/\d/);
});

test('A guest who wants to register keeps what he is', async ({ ana }) => {
	await ana.startsMeeting();
	const meeting = new URL(ana.page.url()).pathname;
	await ana.page.goto(`/register?next=${meeting}`);
	await expect(ana.page).toHaveURL(`/keep?next=${encodeURIComponent(meeting)}`);
	await ana.page.goto('/settings');
	await expect(ana.page.getByText('You are here as a guest')).toBeVisible();
	await expect(ana.page.getByText("you can't come back to your meetings")).toBeVisible();
	await field(ana, 'Handle').fill(newHandle());
	await field(ana, 'Password').fill(PASSWORD);
	await press(ana, 'Keep');
	await expect(ana.page.getByText('Your handle is')).toBeVisible();
	await ana.page.goto(meeting);
	await expect(ana.badge).toHaveText('Live');
});

test('Ana takes away what is kept about her: all of it, and nothing that opens a door', async ({
	ana,
}) => {
	const handle = await registers(ana, { next: '/settings' });
	const waiting = ana.page.waitForEvent('download');
	await ana.page.getByRole('link', { name: 'Download everything' }).click();
	const download = await waiting;
	expect(download.suggestedFilename()).toBe('meetup.json');
	const text = await readFile(await download.path(), 'utf8');
	expect(() => void JSON.parse(text)).not.toThrow();
	expect(text).toContain(handle);
	expect(text).not.toMatch(/argon2|password_?hash|token/i);
	const cookies = await ana.context.cookies();
	for (const { value } of cookies) expect(text).not.toContain(value);
});

test('A stranger gets nobody’s data', async ({ ana }) => {
	await ana.page.goto('/settings/export');
	await expect(ana.page).toHaveURL('/login?next=/settings');
});

test('Ana deletes her account: the password is asked, her meeting ends, she can’t come back', async ({
	ana,
	ben,
}) => {
	const handle = await registers(ana);
	await ben.walksTo(northOf(HARBOUR, 300));
	await meet(ana, ben);
	await ana.page.goto('/settings');
	await ana.page.getByRole('link', { name: 'Delete your account' }).click();
	// The settings have a field of that name, too.
	await expect(ana.page).toHaveURL('/settings/delete');
	await field(ana, 'Current password').fill('not this one');
	await press(ana, 'Delete everything');
	await expect(ana.page.getByText('That is not your current password.')).toBeVisible();
	await field(ana, 'Current password').fill(PASSWORD);
	await press(ana, 'Delete everything');
	await expect(ana.page.getByRole('heading', { name: 'Everything is deleted' })).toBeVisible();
	await expect(ben.page.getByRole('heading', { name: 'This meeting is over' })).toBeVisible();

	await logsIn(ana, handle, PASSWORD);
	await expect(ana.page.getByRole('alert')).toContainText("don't belong together");
});

test('A guest deletes everything with one press', async ({ ana }) => {
	await ana.startsMeeting();
	await ana.page.goto('/settings/delete');
	await press(ana, 'Delete everything');
	await expect(ana.page.getByRole('heading', { name: 'Everything is deleted' })).toBeVisible();
	await ana.page.goto('/settings');
	await expect(ana.page).toHaveURL('/login?next=/settings');
});

for (const next of ['//example.org', '/\\example.org', 'https://example.org', '/.//example.org'])
	test(`Logging in never leads to another site: ${next}`, async ({ ana }) => {
		const handle = await registers(ana);
		await ana.context.clearCookies();
		await logsIn(ana, handle, PASSWORD, next);
		await expect(ana.page).toHaveURL('/');
	});

for (const colorScheme of ['light', 'dark'] as const)
	test(`The pages of an account are free of what axe can find, ${colorScheme}`, async ({
		arrives,
	}) => {
		// Every screen is looked at whole.
		test.slow();
		const ana = await arrives('Ana', { colorScheme, without: 'webgl' });
		for (const path of ['/login?next=/settings', '/register']) {
			await ana.page.goto(path);
			await isAccessible(ana);
		}
		await field(ana, 'Handle').fill('x');
		await field(ana, 'Your name').fill('Ana');
		await field(ana, 'Password').fill('x');
		await press(ana, 'Register');
		await expect(ana.page.getByRole('alert')).toHaveCount(2);
		await isAccessible(ana);

		await ana.startsMeeting();
		for (const path of ['/keep', '/login', '/settings', '/settings/delete']) {
			await ana.page.goto(path);
			await isAccessible(ana);
		}
		await ana.context.clearCookies();
		await registers(ana, { next: '/settings' });
		await expect(ana.page.getByRole('heading', { name: 'Notifications' })).toBeVisible();
		await isAccessible(ana);
		await ana.page.goto('/settings/delete');
		await isAccessible(ana);
	});

async function registers(person: Person, { next = '/' } = {}): Promise<string> {
	const handle = newHandle();
	await person.page.goto(`/register?next=${next}`);
	await fillRegistration(person, handle, PASSWORD);
	await press(person, 'Register');
	await expect(person.page).toHaveURL(next);
	return handle;
}

async function fillRegistration(person: Person, handle: string, password: string): Promise<void> {
	await field(person, 'Handle').fill(handle);
	await field(person, 'Your name').fill(person.name);
	await field(person, 'Password').fill(password);
}

async function logsIn(person: Person, handle: string, password: string, next = '/'): Promise<void> {
	await person.page.goto(`/login?next=${encodeURIComponent(next)}`);
	await field(person, 'Handle').fill(handle);
	await field(person, 'Password').fill(password);
	await press(person, 'Log in');
}

const field = (person: Person, label: string) =>
	person.page.getByLabel(label, { exact: true }).and(person.page.locator('input'));
const section = (person: Person, name: string) =>
	person.page.getByRole('region', { name, exact: true });
const press = (person: Person, name: string) =>
	person.page.getByRole('button', { name, exact: true }).click();
