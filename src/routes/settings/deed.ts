import { fail, redirect, type ActionFailure, type RequestEvent } from '@sveltejs/kit';
import { getApp, type App as MeetUp } from '$lib/server/app';
import { readForm } from '../start-form';
import { secondsToWait } from '../working';
import { answer, type Answer, type Section } from './answer';

type Login = NonNullable<App.Locals['login']>;

interface Deed {
	readonly app: MeetUp;
	readonly login: Login;
	readonly form: FormData;
}

/** Who asks, or off to the door and back here. */
export function loginOf(locals: App.Locals, path = '/settings'): Login {
	const { login } = locals;
	if (login === null) redirect(303, `/login?next=${path}`);
	return login;
}

/**
 * One thing changed in the settings: by somebody logged in, not too often, with a sentence where the
 * database is away. `work` answers the code of a refusal, undefined where it is done.
 */
export async function deed(
	event: RequestEvent,
	section: Section,
	work: (deed: Deed) => Promise<Partial<Answer> | undefined>,
): Promise<Answer | ActionFailure<Answer>> {
	const login = loginOf(event.locals);
	const form = await readForm(event.request);
	const app = await getApp();
	const waitS = await secondsToWait(app, ['change', login.personId]);
	if (waitS !== null) return fail(429, answer(section, { code: 'RATE_LIMIT_EXCEEDED', waitS }));
	const outcome = await app.orAway(work({ app, login, form }));
	if (!outcome.ok) return fail(503, answer(section, { code: outcome.code }));
	const refusal = outcome.value;
	if (!refusal) return answer(section);
	const status = refusal.code === 'RATE_LIMIT_EXCEEDED' ? 429 : 400;
	return fail(status, answer(section, refusal));
}
