// npm run fuzz: throws what nobody should send at the production build, fuzz/README.md says what and how.
import { ensureBuilt } from './built.mjs';
import { ensureInstalled } from './installed.mjs';

ensureInstalled();
ensureBuilt();
const { fuzz } = await import('../fuzz/main.mjs');
process.exitCode = await fuzz(process.argv.slice(2));
