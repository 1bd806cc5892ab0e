// npm run fuzz: throws what nobody should send at the production build, fuzz/README.md says what and how.
import { ensureBuilt } from './built.mjs';
import { ensureInstalled } from './installed.mjs';

const args = process.argv.slice(2);
ensureInstalled();
// The readers of frames are compared as they stand in the sources.
if (!args.includes('--frames-only')) ensureBuilt();
const { fuzz } = await import('../fuzz/main.mjs');
process.exitCode = await fuzz(args);
