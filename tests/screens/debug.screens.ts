import { expect, test } from '../stories';
import { meet, register, newCaller } from '../support/api';
import { startServer } from '../support/server';
import { LOOKS, pictures } from './picture';

/** The protocol inspector, which only a server of its own shows. */

for (const look of LOOKS)
	test(`the inspector, ${look.name}`, async ({ arrives, playwright }) => {
		const picture = pictures(look);
		const server = await startServer({ env: { DEBUG_CLIENT: '1', TRUST_PROXY: '1' } });
		try {
			const api = await newCaller(playwright, server.url);
			const [ana, ben] = [await register(api, 'Ana'), await register(api, 'Ben')];
			const { meetingId } = await meet(api, ana, ben);
			await api.dispose();
			const person = await arrives('Ana', { ...look, at: null }, server.url);
			await person.page.goto('/debug');
			await picture(person, '80-debug', { whole: true });
			await person.page.goto('about:blank');
			await person.page.goto(`/debug#session=${meetingId}&token=${ana.token}`);
			await person.page.getByRole('button', { name: 'Connect', exact: true }).click();
			await expect(person.page.getByText('Connected as Ana')).toBeVisible();
			await person.page.getByRole('button', { name: 'Send place' }).click();
			await person.page.getByRole('button', { name: 'im_here', exact: true }).click();
			await expect(person.page.getByText('NO_RECENT_LOCATION').first()).toBeVisible();
			await picture(person, '81-debug-connected', { whole: true });
		} finally {
			await server.stop();
		}
	});
