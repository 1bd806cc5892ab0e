// npm run bench: measures the production build, bench/README.md says what and how.
import { ensureBuilt } from './built.mjs';
import { ensureInstalled } from './installed.mjs';

ensureInstalled();
ensureBuilt();
const { bench } = await import('../bench/main.mjs');
process.exitCode = await bench(process.argv.slice(2));
