// npm run dev: installs what is missing, then Vite's own command line with whatever was asked of it.
import { ensureInstalled } from './installed.mjs';

ensureInstalled();
process.argv.splice(2, 0, 'dev');
await import('../node_modules/vite/bin/vite.js');
