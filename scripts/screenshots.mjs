// npm run screenshots: pictures of every screen in screenshots/, and the README's in docs/.
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ensureBuilt } from './built.mjs';
import { ensureInstalled } from './installed.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
ensureInstalled();
ensureBuilt();
const { ensureBrowser } = await import('./browser.mjs');
const { run } = await import('./run.mjs');
mkdirSync('docs', { recursive: true });
process.exitCode = await run(process.execPath, ['node_modules/@playwright/test/cli.js', 'test'], {
	env: { ...process.env, CHROMIUM_PATH: ensureBrowser(), MEETUP_SCREENSHOTS: '1' },
});
