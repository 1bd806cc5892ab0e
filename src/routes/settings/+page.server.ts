import { redirect } from '@sveltejs/kit';
import { Id } from '$lib/protocol';
import { getApp } from '$lib/server/app';
import { clearLoginCookie } from '$lib/server/auth/request';
import { readDisplayName, readNewPassword } from '../account-form';
import { textOf } from '../start-form';
import { orAwayPage, secondsToWait, type Taking } from '../working';
import { deed, loginOf } from './deed';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals }) => {
	const login = loginOf(locals);
	const app = await getApp();
	const { accounts, blocks, places, push } = app;
	const id = login.personId;
	const [account, devices, blocked, saved, endpoints] = await orAwayPage(
		app,
		Promise.all([
			accounts.me(id),
			login.kind === 'guest' ? [] : accounts.devices(id, login.id),
			blocks.list(id),
			places.list(id),
			push.endpointsOf(id),
		]),
	);
	if (account === null) redirect(303, '/login?next=/settings');
	return {
		account,
		devices,
		blocked: blocked.map(({ person }) => ({ id: person.id, name: person.displayName })),
		places: saved.map(({ id, name }) => ({ id, name })),
		push: { publicKey: push.publicKey, endpoints },
	};
};

export const actions: Actions = {
	rename: (event) =>
		deed(event, 'name', async ({ app, login, form }) => {
			const name = readDisplayName(form);
			if (!name.ok) return { code: name.code, typed: textOf(form, 'name') };
			const outcome = await app.accounts.change(login.personId, login.id, {
				displayName: name.value,
			});
			if (!outcome.ok) return { code: outcome.code, typed: name.value };
			return undefined;
		}),

	password: (event) =>
		deed(event, 'password', async ({ app, login, form }) => {
			const next = readNewPassword(form, 'next');
			if (!next.ok) return { code: next.code, field: 'next' };
			const account = await app.accounts.me(login.personId);
			// Guessing is no faster here than at the front door.
			const taking: Taking = ['login_handle', account?.handle ?? login.personId];
			const waitS = await secondsToWait(app, taking);
			if (waitS !== null) return { code: 'RATE_LIMIT_EXCEEDED', waitS };
			const outcome = await app.accounts.change(login.personId, login.id, {
				password: { current: textOf(form, 'current'), next: next.value },
			});
			if (outcome.ok || outcome.code === 'PASSWORD_TOO_COMMON')
				await app.limits.giveBack(...taking);
			if (!outcome.ok) {
				const { code } = outcome;
				return { code, field: code === 'WRONG_PASSWORD' ? 'current' : 'next' };
			}
			return undefined;
		}),

	find: (event) =>
		deed(event, 'find', async ({ app, login, form }) => {
			const outcome = await app.accounts.change(login.personId, login.id, {
				searchable: textOf(form, 'searchable') === 'on',
			});
			if (!outcome.ok) return { code: outcome.code };
			return undefined;
		}),

	// What is gone already is as it should be: a second press is no mistake.
	revoke: (event) =>
		deed(event, 'devices', async ({ app, login, form }) => {
			await app.accounts.revoke(login.personId, textOf(form, 'id'));
			return undefined;
		}),

	revokeOthers: (event) =>
		deed(event, 'devices', async ({ app, login }) => {
			await app.accounts.revokeOthers(login.personId, login.id);
			return undefined;
		}),

	unblock: (event) =>
		deed(event, 'blocked', async ({ app, login, form }) => {
			const id = Id.safeParse(textOf(form, 'id'));
			if (id.success) await app.blocks.unblock(login.personId, id.data);
			return undefined;
		}),

	removePlace: (event) =>
		deed(event, 'places', async ({ app, login, form }) => {
			const id = Id.safeParse(textOf(form, 'id'));
			if (id.success) await app.places.remove(login.personId, id.data);
			return undefined;
		}),

	logout: async (event) => {
		// Somebody logged out already is where he wanted to be.
		if (event.locals.login !== null) {
			const left = await deed(event, 'logout', async ({ app, login }) => {
				await app.accounts.logOut(login.personId, login.id);
				return undefined;
			});
			if ('status' in left) return left;
		}
		const { auth } = await getApp();
		clearLoginCookie(event.cookies, event.url, auth);
		redirect(303, '/');
	},
};
