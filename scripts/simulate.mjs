// npm run simulate: walks one person of a meeting, whose login token is given.
import { ensureBuilt } from './built.mjs';
import { ensureInstalled } from './installed.mjs';

ensureInstalled();
ensureBuilt();
await import('../build/simulate.js');
