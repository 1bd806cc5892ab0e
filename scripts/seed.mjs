// npm run seed: Alice and Bob with a running meeting, on the server that is running.
import { ensureBuilt } from './built.mjs';
import { ensureInstalled } from './installed.mjs';

ensureInstalled();
ensureBuilt();
await import('../build/seed.js');
