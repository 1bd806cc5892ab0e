import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readSource, type Source } from '../tests/support/read-source';

/*
 * The dependency rule of ARCHITECTURE.md, kept by reading every import under src. A zone names the
 * zones it may import and the packages it may use; whatever is not named is a wrong arrow.
 */
interface Zone {
	readonly at: RegExp;
	readonly zones: readonly string[];
	readonly packages: RegExp;
}

const PURE = ['result', 'geo', 'meeting', 'protocol'];
const PLUMBING = [...PURE, 'env', 'log', 'counters'];
const NOTHING = /^$/;

/** The first that matches a path is its zone. */
const HOUSE: Record<string, Zone> = {
	result: { at: /^lib\/result\.ts$/, zones: [], packages: NOTHING },
	geo: { at: /^lib\/geo\//, zones: ['result'], packages: NOTHING },
	meeting: { at: /^lib\/meeting\//, zones: ['result', 'geo'], packages: NOTHING },
	protocol: { at: /^lib\/protocol\//, zones: ['result', 'geo', 'meeting'], packages: /^zod$/ },
	words: { at: /^lib\/paraglide\//, zones: [], packages: NOTHING },
	env: { at: /^lib\/server\/env\.ts$/, zones: [], packages: /^zod$/ },
	log: { at: /^lib\/server\/log(-[a-z-]+)?\.ts$/, zones: ['env'], packages: /^(pino|node:.*)/ },
	counters: { at: /^lib\/server\/counters\.ts$/, zones: PURE, packages: NOTHING },
	upgradePort: { at: /^lib\/server\/upgrade-port\.ts$/, zones: [], packages: /^node:/ },
	db: {
		at: /^lib\/server\/db\//,
		zones: PLUMBING,
		packages: /^(node:|drizzle-orm|postgres$|@electric-sql\/pglite|zod$)/,
	},
	redis: { at: /^lib\/server\/redis\//, zones: PLUMBING, packages: /^(node:|ioredis$)/ },
	bus: { at: /^lib\/server\/bus\//, zones: [...PLUMBING, 'redis'], packages: /^node:/ },
	ephemeral: {
		at: /^lib\/server\/ephemeral\//,
		zones: [...PLUMBING, 'redis'],
		packages: /^(node:|ioredis$|rate-limiter-flexible$)/,
	},
	auth: {
		at: /^lib\/server\/auth\//,
		zones: [...PLUMBING, 'db'],
		packages:
			/^(node:|lucia$|@lucia-auth\/|@sveltejs\/kit$|jose$|@node-rs\/argon2$|p-limit$|@zxcvbn-ts\/|bowser$)/,
	},
	gateway: {
		at: /^lib\/server\/gateway\//,
		zones: [...PLUMBING, 'auth', 'bus', 'ephemeral', 'useCases', 'upgradePort'],
		packages: /^(node:|ws$)/,
	},
	app: {
		at: /^lib\/server\/app\.ts$/,
		zones: [
			...PLUMBING,
			...[
				'db',
				'redis',
				'bus',
				'ephemeral',
				'auth',
				'useCases',
				'doors',
				'push',
				'gateway',
				'upgradePort',
			],
		],
		packages: /^node:/,
	},
	// Where people come in: the use cases that also make and end logins.
	doors: {
		at: /^lib\/server\/(doors|accounts)\.ts$/,
		zones: [...PLUMBING, 'useCases', 'auth', 'db', 'bus'],
		packages: /^node:/,
	},
	push: {
		at: /^lib\/server\/push(-[a-z-]+)?\.ts$/,
		zones: [...PLUMBING, 'db'],
		packages: /^(node:|web-push$)/,
	},
	useCases: {
		at: /^lib\/server\/[a-z-]+\.ts$/,
		zones: [...PLUMBING, 'useCases', 'push', 'db', 'bus', 'ephemeral'],
		packages: /^node:/,
	},
	client: {
		at: /^lib\/client\//,
		zones: PURE,
		packages: /^(svelte(\/.*)?|workbox-window)$/,
	},
	map: {
		at: /^lib\/components\/map\//,
		zones: [...PURE, 'client', 'components', 'words'],
		packages: /^(svelte(\/.*)?|maplibre-gl(\/.*)?|geojson|\$app\/paths)$/,
	},
	components: {
		at: /^lib\/components\//,
		zones: [...PURE, 'client', 'words', 'map'],
		packages: /^(svelte(\/.*)?|uqr|\$app\/(environment|paths))$/,
	},
	pages: {
		at: /^(routes\/|hooks\.|app\.d\.ts)/,
		zones: [...PURE, 'app', 'auth', 'client', 'components', 'map', 'words'],
		packages: /^(node:|svelte(\/.*)?$|@sveltejs\/kit$|\$app\/|zod$)/,
	},
	serviceWorker: {
		at: /^service-worker/,
		zones: ['words'],
		packages: /^(workbox-|\$service-worker$|@sveltejs\/kit$)/,
	},
	process: {
		at: /^server\//,
		zones: [...PURE, 'env', 'log', 'upgradePort', 'client', 'process'],
		packages: /^(node:|vite$|ws$|zod$)/,
	},
};

const SRC = fileURLToPath(new URL('.', import.meta.url));
const TEST = /(\.(test|contract)|\/testing(-[a-z-]+)?)\.ts$/;
const VAGUE =
	/(^|\/|-)(utils?|helpers?|common|misc|manager|service)(\.|\/)|(^|\/)(data|info)(\.|\/)/i;
/** What reads the clock, throws dice or speaks to the world: pure code is given it instead. */
const IMPURE =
	/^(Date|performance|setTimeout|setInterval|fetch|crypto|process|console|WebSocket|Math\.random)$/;
const NETWORK = /^(fetch|WebSocket|EventSource|XMLHttpRequest)$/;
const FORBIDDEN: Record<string, RegExp> = {
	result: IMPURE,
	geo: IMPURE,
	meeting: IMPURE,
	protocol: /^(Date\.now|fetch|WebSocket|process|console|Math\.random)$/,
	components: NETWORK,
	map: NETWORK,
};

test('every import follows the dependency rule', () => {
	expect(sources().flatMap(faults)).toEqual([]);
});

test.each([
	['lib/geo/x.ts', `import { z } from 'zod';`, 'geo may not use the package zod'],
	['lib/geo/x.ts', `import { a } from '$lib/meeting';`, 'geo may not import meeting'],
	['lib/geo/x.ts', `export * from '$lib/protocol';`, 'geo may not import protocol'],
	['lib/geo/x.ts', `export const now = () => Date.now();`, 'geo may not use Date'],
	['lib/meeting/x.ts', `const dice = Math.random();`, 'meeting may not use Math.random'],
	['lib/server/bus/x.ts', `import type { A } from '../db';`, 'bus may not import db'],
	['lib/server/people.ts', `await import('./gateway');`, 'useCases may not import gateway'],
	['lib/server/people.ts', `import 'lucia';`, 'useCases may not use the package lucia'],
	['lib/server/people.ts', `let a: import('ws').WebSocket;`, 'useCases may not use the package ws'],
	['lib/server/people.ts', `const a = process.env.A;`, 'only env.ts and log.ts read process.env'],
	['lib/client/x.svelte.ts', `import '$lib/server/env';`, 'client may not import env'],
	['lib/components/ui/X.svelte', `<script>fetch('/a')</script>`, 'components may not use fetch'],
	[
		'lib/components/ui/X.svelte',
		`<script lang="ts">\nimport { Map } from 'maplibre-gl';</script>`,
		'components may not use the package maplibre-gl',
	],
	['routes/+page.server.ts', `import '$lib/server/db';`, 'pages may not import db'],
	['lib/geo/x.ts', `import { done } from '../result';`, 'across folders by $lib: ../result'],
	['lib/geo/x.ts', `import '$lib/geo/walk';`, 'inside a folder relatively: $lib/geo/walk'],
	['lib/geo/utils.ts', ``, 'a name that says nothing'],
	['lib/elsewhere/x.ts', ``, 'has no place in the house'],
])('a planted fault is found: %s %s', (path, text, fault) => {
	expect(faults({ path, text })).toEqual([`${path}: ${fault}`]);
});

test('what the rule allows is not called a fault', () => {
	const text = `import { done } from '$lib/result'; import { a } from './walk';`;
	expect(faults({ path: 'lib/geo/x.ts', text })).toEqual([]);
	expect(faults({ path: 'lib/geo/x.test.ts', text: `import { test } from 'vitest';` })).toEqual([]);
});

function faults({ path, text }: Source): string[] {
	const zone = zoneOf(path.replace(/\.(test|contract)\.ts$/, '.ts'));
	const found: string[] = [];
	if (VAGUE.test(path)) found.push('a name that says nothing');
	if (zone === null) found.push('has no place in the house');
	else if (!TEST.test(path)) {
		const { imports, names } = readSource({ path, text });
		for (const specifier of imports) found.push(...importFaults(path, zone, specifier));
		found.push(...nameFaults(zone, names));
	}
	return found.map((fault) => `${path}: ${fault}`);
}

function importFaults(path: string, zone: string, specifier: string): string[] {
	const rule = HOUSE[zone];
	if (specifier.endsWith('.css')) return [];
	const target = targetOf(path, specifier);
	if (!rule) return [];
	if (target === null) {
		if (/^\.\/(\$types|.*\/proxy)/.test(specifier) || rule.packages.test(specifier)) return [];
		return [`${zone} may not use the package ${specifier}`];
	}
	const to = zoneOf(target) ?? target;
	if (to !== zone && !rule.zones.includes(to)) return [`${zone} may not import ${to}`];
	// Vite reads its own settings before it knows what $lib means.
	if (path === 'server/dev.ts' || path === 'server/sockets.ts') return [];
	const relative = specifier.startsWith('.');
	if (relative && to === 'pages') return [];
	if (relative && folderOf(target) !== folderOf(path))
		return [`across folders by $lib: ${specifier}`];
	if (!relative && dirname(target) === dirname(path))
		return [`inside a folder relatively: ${specifier}`];
	return [];
}

function nameFaults(zone: string, names: ReadonlySet<string>): string[] {
	const found = [...names]
		.filter((name) => FORBIDDEN[zone]?.test(name))
		.map((name) => `${zone} may not use ${name}`);
	const mayReadEnv = ['env', 'log', 'process'].includes(zone);
	if (names.has('process.env') && !mayReadEnv)
		found.push('only env.ts and log.ts read process.env');
	return found;
}

/** The path under src that a specifier means, without its ending; null for packages. */
function targetOf(path: string, specifier: string): string | null {
	if (specifier.startsWith('$lib/')) return specifier.replace('$lib/', 'lib/');
	if (!specifier.startsWith('.') || specifier.includes('/$types')) return null;
	return join(dirname(path), specifier);
}

/** A folder's index is in the folder: `lib/server/bus` means `lib/server/bus/index.ts`. */
function zoneOf(path: string): string | null {
	const spellings = [path, `${path}.ts`, `${path}/index.ts`];
	const found = Object.entries(HOUSE).find(([, { at }]) => spellings.some((s) => at.test(s)));
	return found?.[0] ?? null;
}

/** `lib/geo`, `lib/server`, `routes`: what "inside a folder" means. */
function folderOf(path: string): string {
	return path
		.split('/')
		.slice(0, path.startsWith('lib/') ? 2 : 1)
		.join('/');
}

function sources(): Source[] {
	return readdirSync(SRC, { recursive: true, encoding: 'utf8' })
		.filter((path) => /\.(ts|svelte)$/.test(path) && !path.startsWith('lib/paraglide/'))
		.filter((path) => !['architecture.test.ts', 'rules.test.ts', 'words.test.ts'].includes(path))
		.map((path) => ({ path, text: readFileSync(join(SRC, path), 'utf8') }));
}
