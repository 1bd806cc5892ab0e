import { z } from 'zod';
import {
	Destination,
	HereState,
	MeetRequestField,
	Participant,
	PublicUser,
	Session,
} from './fields';
import { described } from './openapi-words';
import { InviteAnswer, Problem, UserAnswer } from './rest';
import { Block, Device, Me } from './rest-people';
import { SavedPlaceField } from './rest-places';
import { PastSession } from './rest-requests';
import { SharedFix, Welcome } from './server-messages';

/** The schemas that parse, written down as JSON Schema for the contract of `/api/v1`. */

export type Json = Record<string, unknown>;

/** What has a name of its own in answers. */
const NAMED = {
	Session,
	Destination,
	Welcome,
	Participant,
	Location: SharedFix,
	ImHere: HereState,
	Problem,
	Me,
	User: PublicUser,
	SelfInShort: UserAnswer,
	Request: MeetRequestField,
	PastSession,
	Block,
	Device,
	Place: SavedPlaceField,
	Invite: InviteAnswer,
};
const names = z.registry<{ id: string }>();
for (const [id, schema] of Object.entries(NAMED)) names.add(schema, { id });

const nameless = z.registry<{ id: string }>();
export const NAMED_AT = '#/components/schemas/';

export function components(): Json {
	const { schemas } = z.toJSONSchema(names, {
		io: 'output',
		override: tidy('output'),
		uri: (id) => NAMED_AT + id,
	});
	return Object.fromEntries(
		Object.entries(schemas).map(([name, schema]) => [name, described(withoutFrame(schema), name)]),
	);
}

/** How the server writes it; `where` is the call. */
export function output(schema: z.core.$ZodType, where: string): Json {
	const name = names.get(schema)?.id;
	if (name !== undefined) return { $ref: NAMED_AT + name };
	return described(withRefs(jsonSchema(schema, 'output', names)), where);
}

/** How a caller should write it; `where` is the call. */
export function input(schema: z.core.$ZodType, where: string): Json {
	return described(jsonSchema(schema, 'input', nameless), where);
}

function jsonSchema(schema: z.core.$ZodType, io: Io, metadata: typeof names): Json {
	return withoutFrame(z.toJSONSchema(schema, { io, metadata, override: tidy(io) }));
}

type Io = 'input' | 'output';

function tidy(io: Io) {
	return ({ zodSchema, jsonSchema: json }: { zodSchema: z.core.$ZodTypes; jsonSchema: Json }) => {
		// What is tidied up on the way in is told as it should be: nobody has to know what is forgiven.
		const { def } = zodSchema._zod;
		if (io === 'input' && def.type === 'pipe' && def.out._zod.def.type !== 'transform') {
			for (const key of Object.keys(json)) delete json[key];
			Object.assign(json, jsonSchema(def.out, 'output', nameless));
		}
		// Zod's pattern says again what the format says, at length.
		if (json.format !== undefined) delete json.pattern;
		// Of a whole number Zod tells what a double can hold.
		if (json.minimum === Number.MIN_SAFE_INTEGER) delete json.minimum;
		if (json.maximum === Number.MAX_SAFE_INTEGER) delete json.maximum;
		// Answers may grow.
		if (json.additionalProperties === false) delete json.additionalProperties;
	};
}

/** As it stands inside the document: what it refers to is told once, among the components. */
function withoutFrame({ $schema: _s, $id: _i, id: _n, $defs: _d, ...json }: Json): Json {
	return json;
}

/** Zod points at what has a name as if it stood inside the schema. */
function withRefs(value: Json): Json {
	return Object.fromEntries(
		Object.entries(value).map(([key, held]) => [key, withRefsIn(key, held)]),
	);
}

function withRefsIn(key: string, held: unknown): unknown {
	if (key === '$ref' && typeof held === 'string') return held.replace('#/$defs/', NAMED_AT);
	if (Array.isArray(held)) return held.map((item) => withRefsIn('', item));
	return typeof held === 'object' && held !== null ? withRefs({ ...held }) : held;
}
