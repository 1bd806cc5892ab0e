/** How messages/ becomes functions: the same for Vite and for scripts/sync.mjs. */
export const WORDS = {
	project: './project.inlang',
	outdir: './src/lib/paraglide',
	/** @type {['baseLocale']} */
	strategy: ['baseLocale'],
};
