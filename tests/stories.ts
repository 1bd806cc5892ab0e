import { expect, test as base, type Browser } from '@playwright/test';
import { Person, type PersonOptions } from './person';

interface Stories {
	/** Somebody new, with a phone of his own. */
	readonly arrives: (name: string, options?: PersonOptions, baseURL?: string) => Promise<Person>;
	readonly ana: Person;
	readonly ben: Person;
	/** Drawn without a graphics card, maps keep a core busy: a story that is not about them does without. */
	readonly maps: boolean;
}

/** Everybody in a story is watched: no request to another host, no word on the console. */
export const test = base.extend<Stories>({
	arrives: async ({ browser, baseURL }, use) => {
		const people: Person[] = [];
		await use(async (name, options, elsewhere) => {
			const person = await arrive(browser, name, elsewhere ?? baseURL, options);
			people.push(person);
			return person;
		});
		for (const person of people) await person.leaves();
		expect(people.flatMap(({ complaints }) => complaints)).toEqual([]);
	},
	maps: [true, { option: true }],
	ana: async ({ arrives, maps }, use) => use(await arrives('Ana', drawn(maps))),
	ben: async ({ arrives, maps }, use) => use(await arrives('Ben', { at: null, ...drawn(maps) })),
});

function drawn(maps: boolean): PersonOptions {
	return maps ? {} : { without: 'webgl' };
}

async function arrive(
	browser: Browser,
	name: string,
	baseURL: string | undefined,
	options?: PersonOptions,
): Promise<Person> {
	if (baseURL === undefined) throw new Error('a story needs a server');
	return Person.arrives(browser, name, baseURL, options);
}

export { expect };
