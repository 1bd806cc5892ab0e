// Makes what the code imports but nobody writes: SvelteKit's types and the words of messages/. Both
// come with `npm run dev` and the build by themselves; linting and type checks may come first.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { compile } from '@inlang/paraglide-js';
import { WORDS } from './words.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
process.chdir(root);

await compile(WORDS);
const kit = 'node_modules/@sveltejs/kit/svelte-kit.js';
const { status } = spawnSync(process.execPath, [kit, 'sync'], { stdio: 'inherit' });
process.exitCode = status ?? 1;
