import { randomUUID } from 'node:crypto';
import { HARBOUR, type Person } from './person';
import { expect, test } from './stories';
import { startServer, type RunningServer } from './support/server';
import { emptyDatabase } from './support/services';
import { pair, untilHeard } from './support/socket-pairs';
import { openTcpProxy, type TcpProxy } from './support/tcp-proxy';

/** The database goes and comes back: everybody is told in a sentence, in seconds, and loses nothing. */

test.use({ maps: false });
test.describe.configure({ mode: 'serial' });

const PASSWORD = 'seven green umbrellas';
const SENTENCE = "The server can't do that right now.";
/** By which an answer must be there, with a busy machine's share. */
const SOON_MS = 15_000;

let database: Awaited<ReturnType<typeof emptyDatabase>>;
let proxy: TcpProxy;
let server: RunningServer;
test.beforeAll(async () => {
	database = await emptyDatabase();
	proxy = await openTcpProxy(database.url);
	server = await startServer({ env: { DATABASE_URL: proxy.url } });
});
test.afterAll(async () => {
	await proxy.heal();
	await server.stop();
	await proxy.close();
	await database.drop();
});
test.afterEach(() => proxy.heal());

/** A process that died, and a machine that hangs. */
const WAYS = {
	'is gone': () => proxy.cut(),
	hangs: () => proxy.hang(),
};

for (const [way, takeAway] of Object.entries(WAYS)) {
	test(`While the database ${way}, somebody logged in gets a page that says so, and then his own again`, async ({
		arrives,
	}) => {
		const ana = await arrives('Ana', { without: 'webgl' }, server.url);
		await registers(ana);
		await takeAway();
		for (const path of ['/friends', '/']) {
			const answer = await ana.page.goto(path, { timeout: SOON_MS });
			expect(answer?.status()).toBe(503);
			expect(answer?.headers()['retry-after']).toBe('5');
			await expect(ana.page.getByRole('heading', { name: "We'll be right back" })).toBeVisible();
			// Whether he is logged in is not known: he is not told that he is not.
			await expect(ana.page.getByRole('link', { name: 'Log in' })).toBeHidden();
		}
		const page = await ana.page.goto('/privacy');
		expect(page?.status()).toBe(200);
		await ana.page.goto('/friends', { timeout: SOON_MS });
		await proxy.heal();
		await ana.page.getByRole('link', { name: 'Try again' }).click();
		await expect(ana.page.getByText('Nobody here yet')).toBeVisible();
		await expect(ana.page.getByRole('navigation', { name: 'Main' })).toBeVisible();
	});

	test(`While the database ${way}, forms say so, keep what was typed, and go through later`, async ({
		arrives,
	}) => {
		const ana = await arrives('Ana', { without: 'webgl' }, server.url);
		const handle = await registers(ana);
		const friend = await arrives('Ana', { without: 'webgl' }, server.url);
		const guest = await arrives('Ben', { without: 'webgl' }, server.url);
		await ana.page.goto('/settings');
		await ana.page.getByLabel('Your name').fill('Ana Maria');
		await friend.page.goto('/login?next=/friends');
		await friend.page.getByLabel('Handle').fill(handle);
		await friend.page.getByLabel('Password', { exact: true }).fill(PASSWORD);
		await guest.page.goto('/');
		await guest.page.getByLabel('Your name').fill('Ben');
		await takeAway();

		await press(ana, 'Save name');
		await press(friend, 'Log in');
		await press(guest, 'Meet someone');
		for (const person of [ana, friend, guest])
			await expect(person.page.getByText(SENTENCE)).toBeVisible({ timeout: SOON_MS });
		await expect(ana.page.getByLabel('Your name')).toHaveValue('Ana Maria');
		await expect(friend.page.getByLabel('Handle')).toHaveValue(handle);
		await expect(guest.page.getByLabel('Your name')).toHaveValue('Ben');

		await proxy.heal();
		await expect.poll(() => isReady(), { timeout: SOON_MS }).toBe(true);
		await press(ana, 'Save name');
		await expect(ana.page.getByText('Saved.')).toBeVisible();
		await friend.page.getByLabel('Password', { exact: true }).fill(PASSWORD);
		await press(friend, 'Log in');
		await expect(friend.page.getByText('Nobody here yet')).toBeVisible();
		await press(guest, 'Meet someone');
		await expect(guest.page).toHaveURL(/\/meet\/[0-9a-f-]{36}$/);
	});

	test(`While the database ${way}, calls get a problem and when to try again`, async ({
		playwright,
	}) => {
		const request = await playwright.request.newContext({ baseURL: server.url });
		const started = await request.post('/api/v1/sessions', { data: {} });
		const { token } = (await started.json()) as { token: string };
		const headers = { authorization: `Bearer ${token}`, cookie: '' };
		await takeAway();
		const calls = [
			() => request.get('/api/v1/users/me', { headers }),
			() => request.get('/api/v1/sessions/active', { headers }),
			() => request.post('/api/v1/sessions', { data: {}, headers: { cookie: '' } }),
			() => request.post('/api/v1/sessions', { data: {}, headers: keyed() }),
			() =>
				request.post('/api/v1/auth/login', {
					data: { handle: 'somebody', password: PASSWORD },
					headers: { cookie: '' },
				}),
		];
		const askedAtMs = Date.now();
		for (const answer of await Promise.all(calls.map((call) => call()))) {
			expect(answer.status()).toBe(503);
			expect(answer.headers()['content-type']).toBe('application/problem+json');
			expect(answer.headers()['retry-after']).toBe('5');
			expect(await answer.json()).toMatchObject({ status: 503, code: 'UNAVAILABLE' });
		}
		expect(Date.now() - askedAtMs).toBeLessThan(SOON_MS);
		expect(await isReady()).toBe(false);

		await proxy.heal();
		await expect.poll(() => isReady(), { timeout: SOON_MS }).toBe(true);
		expect((await request.get('/api/v1/users/me', { headers })).status()).toBe(200);
		await request.dispose();
	});
}

test('A meeting that is loaded anew while the database hangs says so, and is there again afterwards', async ({
	arrives,
}) => {
	const ana = await arrives('Ana', { without: 'webgl' }, server.url);
	await ana.startsMeeting();
	await expect(ana.badge).toHaveText('Live');
	await proxy.hang();
	await ana.page.reload({ timeout: SOON_MS });
	await expect(ana.page.getByRole('heading', { name: "We'll be right back" })).toBeVisible();
	await proxy.heal();
	await ana.page.getByRole('link', { name: 'Try again' }).click();
	await expect(ana.badge).toHaveText('Live');
});

test('While the database hangs, whoever is in a meeting goes on: no fix asks it for anything', async () => {
	const meeting = await pair(server);
	const anas = await meeting.connect('ana', server);
	const bens = await meeting.connect('ben', server);
	await proxy.hang();
	for (let count = 0; count < 5; count++) {
		await untilHeard(anas, bens);
		await untilHeard(bens, anas);
	}
	await proxy.heal();
	await expect.poll(() => isReady(), { timeout: SOON_MS }).toBe(true);
	for (const client of [anas, bens]) client.terminate();
});

test('P65 while the database is gone, what needs it is refused on the socket, which stays', async () => {
	const meeting = await pair(server);
	const anas = await meeting.connect('ana', server);
	const bens = await meeting.connect('ben', server);
	await untilHeard(anas, bens);
	await proxy.cut();
	anas.say('destination_update', { destination: { name: 'Clock', ...HARBOUR } });
	// A statement that was on its way when it went is given up after eight seconds.
	await expect
		.poll(() => anas.received.find(({ type }) => type === 'error')?.payload, { timeout: SOON_MS })
		.toMatchObject({ code: 'UNAVAILABLE', ref: 'destination_update' });
	await untilHeard(anas, bens);
	await proxy.heal();
	await expect.poll(() => isReady(), { timeout: SOON_MS }).toBe(true);
	anas.say('end_session', {});
	expect((await anas.closed).code).toBe(4410);
});

async function registers(person: Person): Promise<string> {
	const handle = `d_${randomUUID().replaceAll('-', '').slice(0, 12)}`;
	await person.page.goto('/register?next=/history');
	await person.page.getByLabel('Handle').fill(handle);
	await person.page.getByLabel('Your name').fill(person.name);
	await person.page.getByLabel('Password', { exact: true }).fill(PASSWORD);
	await press(person, 'Register');
	await expect(person.page).toHaveURL(`${server.url}/history`);
	return handle;
}

const press = (person: Person, name: string) =>
	person.page.getByRole('button', { name, exact: true }).click();
const isReady = async () => (await fetch(`${server.url}/ready`)).ok;
const keyed = () => ({ cookie: '', 'idempotency-key': randomUUID() });
