// npm run build: SvelteKit's pages into build/, then the process around them: build/main.js.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { stamped } from './built.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * adapter-node gives every server module of SvelteKit a chunk of its own
 * (https://github.com/sveltejs/kit/issues/16092), also those of which nothing is left once they are
 * bundled, and has no setting to say that this is all right.
 */
const HARMLESS = /^Generated an empty chunk: "chunks\/\w+\.js"\.$/;

const started = Date.now();
await stamped(async () => {
	await buildPages();
	await buildProcess();
});
console.log(`Built in ${((Date.now() - started) / 1000).toFixed(1)} s.`);

function buildPages() {
	const vite = fileURLToPath(new URL('../node_modules/vite/bin/vite.js', import.meta.url));
	const child = spawn(process.execPath, [vite, 'build', '--logLevel', 'warn'], {
		cwd: root,
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	/** @type {string[]} */
	const said = [];
	createInterface(child.stdout).on('line', (line) => said.push(line));
	createInterface(child.stderr).on('line', (line) => {
		if (!HARMLESS.test(line)) console.error(line);
	});
	return new Promise((resolve, reject) => {
		child.on('error', reject);
		child.on('close', (code) => {
			if (code === 0) return resolve(undefined);
			console.error(said.join('\n'));
			process.exit(code ?? 1);
		});
	});
}

/** Apart from SvelteKit's own build, which takes no entries beside its own. */
async function buildProcess() {
	const entries = ['main', 'demo', 'seed', 'simulate'].filter((name) =>
		existsSync(`${root}/src/server/${name}.ts`),
	);
	await build({
		root,
		configFile: false,
		logLevel: 'warn',
		publicDir: false,
		resolve: { alias: { $lib: `${root}/src/lib` } },
		build: {
			ssr: true,
			target: 'node20',
			outDir: 'build',
			emptyOutDir: false,
			sourcemap: true,
			rolldownOptions: {
				input: Object.fromEntries(entries.map((name) => [name, `${root}/src/server/${name}.ts`])),
				output: { entryFileNames: '[name].js', chunkFileNames: 'process/[name]-[hash].js' },
			},
		},
	});
}
