// npm run demo: a simulated person who walks up to you. Takes an invite link.
import { ensureBuilt } from './built.mjs';
import { ensureInstalled } from './installed.mjs';

ensureInstalled();
ensureBuilt();
await import('../build/demo.js');
