import { anaAsksBen, areFriends, finds, PASSWORD, signsUp } from './acquaintances';
import type { Person } from './person';
import { expect, test } from './stories';

/** What can be undone in the settings: a block, a place, a device, being found. */

test.use({ maps: false });

test('Ana blocks a friend, unblocks him in her settings, and the two can find and ask each other again', async ({
	ana,
	ben,
}) => {
	const [anaHandle, benHandle] = [await signsUp(ana), await signsUp(ben)];
	await areFriends(ana, ben, { anaHandle, benHandle });
	await ana.page.goto('/friends');
	await ana.page.getByLabel('More about Ben').click();
	await ana.page.getByText('Block', { exact: true }).click();
	await press(ana, 'Block Ben');
	await expect(ana.page.getByText('Ben is blocked. You can undo it in Settings.')).toBeVisible();
	await expect(ana.page.getByText('Nobody here yet')).toBeVisible();
	await expect(ben.page.getByRole('heading', { name: 'This meeting is over' })).toBeVisible();
	await ben.page.goto(`/friends?q=${anaHandle}`);
	await expect(ben.page.getByText('Nobody found')).toBeVisible();

	await ana.page.goto('/settings');
	const blocked = section(ana, 'Blocked people');
	await press(ana, 'Unblock Ben');
	await expect(blocked).toContainText('Unblocked.');
	await expect(blocked).toContainText('You have blocked nobody.');
	await ben.page.reload();
	await expect(ben.page.getByRole('link', { name: 'Ask to meet Ana' })).toBeVisible();
	await anaAsksBen(ana, ben, { anaHandle, benHandle });
	await ben.page.goto('/requests');
	await expect(ben.page.getByRole('button', { name: 'Accept: meet Ana' })).toBeVisible();
});

test('A saved place that is removed is offered no more', async ({ ana, ben }) => {
	await signsUp(ana);
	const benId = await finds(ana, await signsUp(ben));
	await ana.page.goto('/settings');
	await expect(section(ana, 'Saved places')).toContainText('No places yet.');
	for (const name of ['Fountain', 'Old bridge']) await saves(ana, name);
	await ana.page.reload();
	await expect(section(ana, 'Saved places').getByRole('listitem')).toHaveCount(2);
	await press(ana, 'Remove Fountain');
	await expect(section(ana, 'Saved places')).toContainText('Removed.');
	await expect(section(ana, 'Saved places').getByRole('listitem')).toHaveText(/Old bridge/);

	await ana.page.goto(`/friends/${benId}/ask`);
	await expect(ana.page.getByRole('radio', { name: 'Old bridge' })).toBeVisible();
	await expect(ana.page.getByRole('radio', { name: 'Fountain' })).toBeHidden();
});

test('All other devices are logged out, and a meeting that is open on one says so at once', async ({
	ana,
	arrives,
}) => {
	const handle = await signsUp(ana);
	const phone = await arrives('Ana', { without: 'webgl' });
	await phone.context.addInitScript(notesCloseCodes);
	await phone.page.goto('/login');
	await phone.page.getByLabel('Handle').fill(handle);
	await phone.page.getByLabel('Password', { exact: true }).fill(PASSWORD);
	await press(phone, 'Log in');
	await expect(phone.page).toHaveURL('/');
	await phone.startsMeeting();
	await expect(phone.badge).toHaveText('Live');

	await ana.page.goto('/settings');
	const devices = section(ana, 'Your devices');
	await expect(devices.getByRole('listitem')).toHaveCount(2);
	await press(ana, 'Log out all other devices');
	await expect(devices).toContainText('Logged out.');
	await expect(devices).toContainText('You are logged in on this device only.');

	await expect(
		phone.page.getByRole('heading', { name: 'This device was signed out' }),
	).toBeVisible();
	expect(await phone.page.evaluate(() => Reflect.get(window, 'closeCodes') as number[])).toContain(
		4401,
	);
	await phone.page.goto('/settings');
	await expect(phone.page).toHaveURL('/login?next=/settings');
	// It goes on for her where she is still logged in.
	await ana.page.goto('/');
	await expect(ana.page.getByRole('link', { name: /meeting/ }).first()).toBeVisible();
});

test('Who does not want to be found is not, but by his friends', async ({ ana, ben, arrives }) => {
	const [anaHandle, benHandle] = [await signsUp(ana), await signsUp(ben)];
	await areFriends(ana, ben, { anaHandle, benHandle });
	const cara = await arrives('Cara', { without: 'webgl' });
	await signsUp(cara);
	await finds(cara, benHandle);

	await ben.page.goto('/settings');
	const found = ben.page.getByRole('switch', { name: 'Others can find me' });
	await expect(found).toBeChecked();
	await found.click();
	await expect(found).not.toBeChecked();
	await expect(
		ben.page.getByText("You are in nobody's search. Friends can still send you a request."),
	).toBeVisible();

	await cara.page.goto(`/friends?q=${benHandle}`);
	await expect(cara.page.getByText('Nobody found')).toBeVisible();
	await ana.page.goto('/friends');
	await expect(ana.page.getByRole('link', { name: 'Ask to meet Ben' })).toBeVisible();

	await found.click();
	await expect(found).toBeChecked();
	await cara.page.goto(`/friends?q=${benHandle}`);
	await expect(cara.page.getByRole('link', { name: 'Ask to meet Ben' })).toBeVisible();
});

const press = (person: Person, name: string) =>
	person.page.getByRole('button', { name, exact: true }).click();
const section = (person: Person, name: string) =>
	person.page.getByRole('region', { name, exact: true });

async function saves(person: Person, name: string): Promise<void> {
	const status = await person.page.evaluate(
		async (place) => {
			const response = await fetch('/api/v1/places', {
				method: 'POST',
				headers: { 'content-type': 'application/json' },
				body: JSON.stringify(place),
			});
			return response.status;
		},
		{ name, lat: 59.9, lon: 10.7 },
	);
	expect(status).toBe(201);
}

/** Playwright does not tell by which code a socket was closed. */
function notesCloseCodes(): void {
	const codes: number[] = [];
	Object.assign(window, { closeCodes: codes });
	const Native = window.WebSocket;
	window.WebSocket = class extends Native {
		constructor(url: string | URL, protocols?: string | string[]) {
			super(url, protocols);
			this.addEventListener('close', ({ code }) => codes.push(code));
		}
	};
}
