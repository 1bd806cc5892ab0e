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
	}): Promise<
		Result<
			{ readonly meeting: Meeting; readonly person: Person; readonly token: string | null },
			InviteRefusal
		>
	>;
}

export interface DoorsDeps {
	readonly auth: Auth;
	readonly people: People;
	readonly meetings: Meetings;
	readonly invites: Invites;
}

export function createDoors({ auth, people, meetings, invites }: DoorsDeps): Doors {
	return {
		async start({ login, displayName, durationMin, destination }) {
			const person = await admit(login, displayName);
			const { meeting, invite } = await meetings.start({
				creatorId: person.id,
				durationMin,
				destination,
			});
			return { meeting, invite, person, token: login ? null : await tokenFor(person) };
		},

		async redeem({ login, secret, displayName }) {
			// Looked at first, so that a dead link makes nobody a guest.
			const preview = await invites.preview(secret);
			const spentByHimself = login !== null && isSpent(preview);
			if (!preview.ok && !spentByHimself) return refuse(preview.code);
			// Who only comes back by his own link keeps the name the other knows him by.
			const person = await admit(login, preview.ok ? displayName : undefined);
			const redeemed = await invites.redeem(secret, person.id);
			if (!redeemed.ok) {
				// Lost the race for the seat: a guest without a meeting has no business here.
				if (login === null) await people.remove(person.id);
				return redeemed;
			}
			return done({
				meeting: redeemed.value,
				person,
				token: login ? null : await tokenFor(person),
			});
		},
	};

	async function admit(login: Login | null, displayName: string | undefined): Promise<Person> {
		if (login === null) return people.createGuest(displayName);
		const { personId: id, kind } = login;
		// An account has its name from its owner's settings; a guest is called what he says today.
		if (kind === 'account' || displayName === undefined || displayName === login.displayName)
			return { id, kind, displayName: login.displayName };
		await people.rename(id, displayName);
		return { id, kind, displayName };
	}

	async function tokenFor(person: Person): Promise<string> {
		return (await auth.logIn(person.id)).token;
	}
}

/** Both answers a person may get about a link he has already used himself. */
function isSpent(preview: Result<unknown, InviteRefusal>): boolean {
	return !preview.ok && (preview.code === 'INVITE_SPENT' || preview.code === 'MEETING_FULL');
}
