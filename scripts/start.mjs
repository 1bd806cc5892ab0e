// npm start: installs and builds what is missing, then serves from this very process, so that Ctrl-C
// and PORT need nobody in between. The second time it only checks, which takes a moment.
import { ensureBuilt } from './built.mjs';
import { ensureInstalled } from './installed.mjs';

ensureInstalled();
ensureBuilt();
await import('../build/main.js');
