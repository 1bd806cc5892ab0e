import { done, refuse, type Result } from '$lib/result';
import type { Meeting, Person, Place } from '$lib/meeting';
import type { Auth, Login } from './auth/auth';
import type { Invite, InviteRefusal, Invites } from './invites';
import type { Meetings } from './meetings';
import type { People } from './people';

/** The two ways into a meeting, for whoever comes: strangers become guests at the door. */
export interface Doors {
	start(wish: {
		readonly login: Login | null;
		readonly displayName?: string;
		readonly durationMin?: number;
		readonly destination?: Place | null;
		/** The User-Agent header: a new guest's login is labelled by it. */
		readonly userAgent: string | null;
	}): Promise<{
		readonly meeting: Meeting;
		readonly invite: Invite;
		readonly person: Person;
		/** The new guest's token; null where somebody was logged in. */
		readonly token: string | null;
	}>;
	redeem(wish: {
		readonly login: Login | null;
		readonly secret: string;
		readonly displayName?: string;
		readonly userAgent: string | null;
	}): Promise<
		Result<
			{ readonly meeting: Meeting; readonly person: Person; readonly token: string | null },
			InviteRefusal
		>
	>;
}

interface Visitor {
	readonly login: Login | null;
	readonly displayName?: string | undefined;
	readonly userAgent: string | null;
}

export interface DoorsDeps {
	readonly auth: Auth;
	readonly people: People;
	readonly meetings: Meetings;
	readonly invites: Invites;
}

export function createDoors({ auth, people, meetings, invites }: DoorsDeps): Doors {
	return {
		start: ({ durationMin, destination, ...visitor }) =>
			admitted(visitor, async ({ person, token }) => {
				const started = await meetings.start({ creatorId: person.id, durationMin, destination });
				return done({ ...started, person, token });
			}).then((started) => started.value),

		async redeem({ login, secret, displayName, userAgent }) {
			// Looked at first, so that a dead link makes nobody a guest. Who is known may be coming back
			// by a link of his own: that only `redeem` can tell.
			const preview = await invites.preview(secret);
			if (!preview.ok && login === null) return refuse(preview.code);
			const visitor = { login, userAgent, ...(preview.ok && { displayName }) };
			return admitted(visitor, async ({ person, token }) => {
				const redeemed = await invites.redeem(secret, person.id);
				return redeemed.ok ? done({ meeting: redeemed.value, person, token }) : redeemed;
			});
		},
	};

	/**
	 * Lets somebody in to do one thing. A stranger has his token before anything is done in his name, so
	 * that no seat is ever taken by somebody who can't come back to it; where nothing comes of it, he
	 * goes again as he came.
	 */
	async function admitted<Outcome extends { readonly ok: boolean }>(
		{ login, displayName, userAgent }: Visitor,
		act: (admitted: { person: Person; token: string | null }) => Promise<Outcome>,
	): Promise<Outcome> {
		if (login !== null) return act({ person: await called(login, displayName), token: null });
		const person = await people.createGuest(displayName);
		let outcome: Outcome | undefined;
		try {
			const { token } = await auth.logIn(person.id, userAgent);
			outcome = await act({ person, token });
			return outcome;
		} finally {
			if (outcome?.ok !== true) await people.remove(person.id);
		}
	}

	async function called(login: Login, displayName: string | undefined): Promise<Person> {
		const { personId: id, kind } = login;
		// An account has its name from its owner's settings; a guest is called what he says today.
		if (kind === 'account' || displayName === undefined || displayName === login.displayName)
			return { id, kind, displayName: login.displayName };
		await people.rename(id, displayName);
		return { id, kind, displayName };
	}
}
