import { expect, test } from './stories';

test('Alone: a demo friend walks towards Ana and confirms when she does', async ({ ana }) => {
	await ana.page.goto('/');
	await ana.page.getByLabel('Your name').fill('Ana');
	await ana.presses('Try it with a demo friend');
	await ana.page.waitForURL(/\/meet\/[0-9a-f-]{36}$/);
	await expect(ana.panel).toContainText('simulated');
	await expect(ana.distance).toHaveText(/^1[0-4]\dm$/);
	const startM = await ana.distanceM();
	await expect.poll(() => ana.distanceM()).toBeLessThan(startM - 5);

	// It goes on where it was when the page is loaded anew.
	await ana.page.reload();
	await expect.poll(() => ana.distanceM()).toBeLessThan(startM - 10);
	await expect(ana.button("I'm here")).toBeEnabled({ timeout: 90_000 });
	await ana.presses("I'm here");
	await expect(ana.page.getByRole('heading', { name: "You've met!" })).toBeVisible();
});
