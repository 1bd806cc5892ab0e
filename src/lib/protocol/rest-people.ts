import { z } from 'zod';
import { PERSON_KINDS, PERSON_LIMITS } from '$lib/meeting';
import { DisplayName, Handle, Id, Instant, Password, PublicUser } from './fields';

/** Accounts, logins and who may be found. */

export const RegisterBody = z.object({
	handle: Handle,
	display_name: DisplayName,
	password: Password,
});
/** Any text: what no account can have is as wrong as what none has. */
export const LoginBody = z.object({
	handle: z.string().max(200),
	password: z.string().max(1_000),
});
export const KeepBody = z.object({
	handle: Handle,
	password: Password,
	display_name: DisplayName.optional(),
});
export const ChangeMeBody = z
	.object({
		display_name: DisplayName.optional(),
		searchable: z.boolean().optional(),
		password: Password.optional(),
		/** Needed with `password`. */
		current_password: z.string().max(1_000).optional(),
	})
	.refine((body) => body.password === undefined || body.current_password !== undefined, {
		path: ['current_password'],
		message: 'needed to set a new password',
	});

/** What a person knows of himself. */
export const Me = z.object({
	id: Id,
	kind: z.enum(PERSON_KINDS),
	handle: z.string().nullable(),
	display_name: z.string(),
	searchable: z.boolean(),
	created_at: Instant,
});
export type Me = z.infer<typeof Me>;
export const MeAnswer = z.object({ user: Me });
export const LoggedInAnswer = z.object({ user: Me, token: z.string() });
/** For people to read or to take elsewhere; what is in it may change. */
export const ExportAnswer = z.looseObject({});

/** A device somebody is logged in on. */
export const Device = z.object({
	id: Id,
	device: z.string(),
	created_at: Instant,
	expires_at: Instant,
	current: z.boolean(),
});
export type Device = z.infer<typeof Device>;
export const DevicesAnswer = z.object({ sessions: z.array(Device) });

export const SearchQuery = z.object({
	q: z
		.string()
		.max(200)
		.transform((words) => words.trim())
		.pipe(z.string().min(PERSON_LIMITS.searchMin)),
});
export const UsersAnswer = z.object({ users: z.array(PublicUser) });
export const PublicUserAnswer = z.object({ user: PublicUser });

export const BlockBody = z.object({ user_id: Id });
export const Block = z.object({ user: PublicUser, created_at: Instant });
export type Block = z.infer<typeof Block>;
export const BlockAnswer = z.object({ block: Block });
export const BlocksAnswer = z.object({ blocks: z.array(Block) });
