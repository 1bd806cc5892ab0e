import { MEETING_LIMITS } from '$lib/meeting';
import { DisplayName } from '$lib/protocol';
import { done, refuse, type Result } from '$lib/result';

export type FormRefusal = 'NAME_TOO_LONG' | 'DURATION_UNKNOWN';

export interface StartForm {
	readonly displayName: string | undefined;
	readonly durationMin: number;
	readonly isDemo: boolean;
}

/** What a person typed on the first page. */
export function readStartForm(form: FormData): Result<StartForm, FormRefusal> {
	const name = readName(form);
	if (!name.ok) return name;
	const duration = form.get('duration');
	const durationMin = MEETING_LIMITS.durationsMin.find((minutes) => String(minutes) === duration);
	if (durationMin === undefined && duration !== null) return refuse('DURATION_UNKNOWN');
	return done({
		displayName: name.value,
		durationMin: durationMin ?? MEETING_LIMITS.durationDefaultMin,
		isDemo: form.has('demo'),
	});
}

/** A name may be left out; blanks count as nothing. */
export function readName(form: FormData): Result<string | undefined, 'NAME_TOO_LONG'> {
	const typed = textOf(form, 'name').trim();
	if (typed === '') return done(undefined);
	const name = DisplayName.safeParse(typed);
	return name.success ? done(name.data) : refuse('NAME_TOO_LONG');
}

/** The form that was sent; what is no form at all counts as an empty one. */
export async function readForm(request: Request): Promise<FormData> {
	try {
		return await request.formData();
	} catch (error) {
		if (error instanceof TypeError) return new FormData();
		throw error;
	}
}

/** The text of a field as it was typed, to be shown again. */
export function textOf(form: FormData, field: string): string {
	const value = form.get(field);
	return typeof value === 'string' ? value : '';
}
