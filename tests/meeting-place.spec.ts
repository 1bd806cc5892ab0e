import { randomUUID } from 'node:crypto';
import type { Locator } from '@playwright/test';
import type { Place } from '../src/lib/meeting';
import { eastOf, HARBOUR, meet, northOf, type Person } from './person';
import { expect, test } from './stories';
import { isAccessible } from './support/accessible';

/** Where the two meet, the link while a seat is free, and parting from somebody. */

const FOUNTAIN = { name: 'Fountain', ...northOf(HARBOUR, 700) };

test('Ana taps the meeting place on the map; Ben sees name, way and estimate at once', async ({
	ana,
	arrives,
}) => {
	// One map is enough where two would keep the machine busy.
	const ben = await arrives('Ben', { at: northOf(HARBOUR, 400), without: 'webgl' });
	await meet(ana, ben);
	await expect(ana.ownMarker).toBeVisible();
	await ana.looksAtEverything();
	await press(ana, 'Choose on the map');
	await expect(ana.page.getByRole('heading', { name: 'Where do you meet?' })).toBeVisible();
	await tapMap(ana);
	await expect(ana.page.getByRole('img', { name: 'The place you tapped' })).toBeVisible();
	await expect(ana.page.getByLabel('Name of the place')).toHaveValue('Meeting point');
	await ana.page.getByLabel('Name of the place').fill('Fountain');
	await press(ana, 'Set meeting place');

	for (const person of [ana, ben]) {
		await person.looksAtEverything();
		await expect(place(person)).toContainText('Fountain');
		await expect(place(person).getByRole('listitem')).toHaveCount(2);
	}
	await expect(flag(ana, 'Fountain')).toBeVisible();
	await expect(said(ana)).toContainText('You set the meeting place: Fountain.');
	await expect(said(ben)).toContainText('Ana set the meeting place: Fountain.');
});

test.describe('without a map', () => {
	test.use({ maps: false });

	test('A saved place is set by the keyboard alone, both see both ways, and it is cleared', async ({
		ana,
		ben,
	}) => {
		await registers(ana);
		await saves(ana, FOUNTAIN);
		await ben.walksTo(eastOf(HARBOUR, 300));
		await meet(ana, ben);
		await ana.looksAtEverything();
		await place(ana).getByRole('button', { name: 'Fountain' }).focus();
		await ana.page.keyboard.press('Enter');

		await ben.looksAtEverything();
		await expect(way(ana, 'Ana (you)')).toContainText('700 m north');
		await expect(way(ana, 'Ana (you)')).toContainText('about 11 min on foot');
		await expect(way(ana, 'Ben')).toContainText('760 m north');
		await expect(way(ben, 'Ana')).toContainText('700 m north');
		await expect(way(ben, 'Ben (you)')).toContainText('about 12 min on foot');

		// A reload knows it as well.
		await ben.page.reload();
		await ben.looksAtEverything();
		await expect(place(ben)).toContainText('Fountain');
		await isAccessible(ben);

		await place(ben).getByRole('button', { name: 'Clear' }).click();
		for (const person of [ana, ben])
			await expect(place(person)).toContainText('Agree on a spot, and you both see how far it is.');
		await expect(said(ana)).toContainText('Ben cleared the meeting place.');
	});

	test('How Ben travels changes his estimate on both pages, and stays over a reload', async ({
		ana,
		ben,
	}) => {
		await registers(ana);
		await saves(ana, FOUNTAIN);
		await ben.walksTo(eastOf(HARBOUR, 300));
		await meet(ana, ben);
		await ana.looksAtEverything();
		await place(ana).getByRole('button', { name: 'Fountain' }).click();
		await ben.looksAtEverything();
		await place(ben).getByRole('radio', { name: 'Cycling' }).check();
		await expect(way(ben, 'Ben (you)')).toContainText('about 4 min by bike');
		await expect(way(ana, 'Ben')).toContainText('about 4 min by bike');
		await expect(way(ana, 'Ana (you)')).toContainText('on foot');

		await ben.page.reload();
		await ben.looksAtEverything();
		await expect(place(ben).getByRole('radio', { name: 'Cycling' })).toBeChecked();
	});

	test('Cut off, a place is not set, and that is said', async ({ ana, ben }) => {
		await registers(ana);
		await saves(ana, FOUNTAIN);
		await ben.walksTo(eastOf(HARBOUR, 300));
		await meet(ana, ben);
		await ana.looksAtEverything();
		await ana.losesNetwork();
		await expect(ana.badge).not.toHaveText('Live');
		await place(ana).getByRole('button', { name: 'Fountain' }).click();
		await expect(place(ana)).toContainText('You are not connected right now');
		await ana.findsNetwork();
		await expect(ana.badge).toHaveText('Live');
		await expect(place(ana)).not.toContainText('You are not connected right now');
		await place(ana).getByRole('button', { name: 'Fountain' }).click();
		await expect(way(ana, 'Ana (you)')).toContainText('700 m north');
	});

	test('A new link kills the old one, and can itself be revoked', async ({ ana, ben }) => {
		await ana.startsMeeting();
		const first = await ana.inviteLink();
		await expect(ana.page.getByRole('button', { name: 'Revoke link' })).toHaveCount(0);
		await ana.presses('New link');
		const field = ana.page.getByRole('textbox', { name: 'Invite link' });
		await expect(field).not.toHaveValue(first);
		const second = await ana.inviteLink();
		await ben.opens(first);
		await expect(ben.page.getByText('This invite was replaced')).toBeVisible();

		await press(ana, 'Revoke link');
		await expect(ana.panel).toContainText('There is no open link in this browser.');
		await ben.page.goto('about:blank');
		await ben.opens(second);
		await expect(ben.page.getByText('This invite was replaced')).toBeVisible();
		await expect(ben.button('Join')).toHaveCount(0);

		await ana.presses('New link');
		await ben.page.goto('about:blank');
		await ben.opens(await ana.inviteLink());
		await ben.walksTo(northOf(HARBOUR, 400));
		await ben.joins();
		await expect(ben.distance).toHaveText('400m');
	});

	test('Ana removes Ben: his page says so, his link is dead, and another can come', async ({
		ana,
		ben,
		arrives,
	}) => {
		await ben.walksTo(northOf(HARBOUR, 400));
		await ana.startsMeeting();
		const link = await ana.inviteLink();
		await ben.opens(link);
		await ben.joins();
		await expect(ana.distance).toHaveText(/\d/);
		await ben.looksAtEverything();
		await expect(ben.people.getByText('Remove from this meeting')).toHaveCount(0);

		await ana.looksAtEverything();
		await ana.people.getByText('Remove from this meeting').click();
		await press(ana, 'Remove Ben');
		await expect(ana.panel).toContainText('Waiting for your friend');
		await expect(ana.panel).not.toContainText('Ben');
		await expect(
			ben.page.getByRole('heading', { name: 'You are no longer in this meeting' }),
		).toBeVisible();
		await expect(ben.panel).not.toContainText('Meeting place');

		const carl = await arrives('Carl', { without: 'webgl' });
		await carl.opens(link);
		await expect(carl.page.getByText('This invite has been used')).toBeVisible();
		await ana.presses('New link');
		await carl.page.goto('about:blank');
		await carl.opens(await ana.inviteLink());
		await carl.joins();
		await expect(ana.panel).toContainText('Carl');
	});

	test('Ben blocks Ana: it ends as any meeting ends, and nobody is told why', async ({
		ana,
		ben,
	}) => {
		await ben.walksTo(northOf(HARBOUR, 400));
		await meet(ana, ben);
		await ben.looksAtEverything();
		await ben.people.getByText('Block', { exact: true }).click();
		await expect(ben.people).toContainText('Nobody is told why.');
		await press(ben, 'Block Ana');
		for (const person of [ana, ben]) {
			await expect(
				person.page.getByRole('heading', { name: 'This meeting is over' }),
			).toBeVisible();
			await expect(person.page.getByText('It was ended.')).toBeVisible();
			await expect(person.page.getByText(/block/i)).toHaveCount(0);
		}
	});

	test('A guest is offered to keep the friend, somebody with an account is not', async ({
		ana,
		ben,
	}) => {
		await registers(ana);
		await ben.walksTo(northOf(HARBOUR, 400));
		await meet(ana, ben);
		for (const person of [ana, ben]) await person.looksAtEverything();
		await expect(keepLink(ana)).toHaveCount(0);
		await expect(keepLink(ben)).toHaveAttribute(
			'href',
			`/keep?next=${encodeURIComponent(`/meet/${ben.meetingId}`)}`,
		);
		await ben.presses('End meeting');
		await expect(ben.page.getByRole('heading', { name: 'This meeting is over' })).toBeVisible();
		await expect(keepLink(ben)).toHaveAttribute('href', '/keep?next=%2Ffriends');
		await expect(ana.page.getByRole('heading', { name: 'This meeting is over' })).toBeVisible();
		await expect(keepLink(ana)).toHaveCount(0);
		await ben.page.reload();
		await expect(keepLink(ben)).toBeVisible();
	});
});

const place = (person: Person): Locator =>
	person.page.getByRole('region', { name: 'Meeting place' });
const way = (person: Person, name: string): Locator =>
	place(person)
		.getByRole('listitem')
		.filter({ has: person.page.getByRole('heading', { name, exact: true }) });
const flag = (person: Person, name: string): Locator =>
	person.map.getByRole('img', { name: `Meeting point: ${name}` });
const said = (person: Person): Locator => person.page.locator('.only-read[role=status]').first();
const keepLink = (person: Person): Locator =>
	person.page.getByRole('link', { name: 'Keep this friend' });

async function press(person: Person, name: string): Promise<void> {
	await person.page.getByRole('button', { name, exact: true }).click();
}

/** Above the panel, once that is out of the way, and beside everybody's marker. */
async function tapMap(person: Person): Promise<void> {
	const canvas = person.map.locator('.maplibregl-canvas');
	await canvas.click({ position: { x: 100, y: 250 } });
}

async function registers(person: Person): Promise<void> {
	await person.page.goto('/register?next=/friends');
	const handle = `t_${randomUUID().replaceAll('-', '').slice(0, 12)}`;
	await person.page.getByLabel('Handle').fill(handle);
	await person.page.getByLabel('Your name').fill(person.name);
	await person.page.getByLabel('Password').fill('seven green umbrellas');
	await press(person, 'Register');
	await expect(person.page).toHaveURL('/friends');
}

async function saves(person: Person, at: Place): Promise<void> {
	const status = await person.page.evaluate(async (body) => {
		const response = await fetch('/api/v1/places', {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify(body),
		});
		return response.status;
	}, at);
	expect(status).toBe(201);
}
