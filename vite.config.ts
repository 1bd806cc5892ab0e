import { paraglideVitePlugin } from '@inlang/paraglide-js';
import { sveltekit } from '@sveltejs/kit/vite';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import { WORDS } from './scripts/words.mjs';
import { gatewayInDev } from './src/server/dev.ts';

export default defineConfig({
	plugins: [paraglideVitePlugin(WORDS), announcerWithoutStyle(), sveltekit(), gatewayInDev()],
	build: {
		chunkSizeWarningLimit: 1500, // maplibre-gl alone is 1.1 MB; it is its own lazy chunk
		rolldownOptions: { checks: { pluginTimings: false } },
	},
	test: {
		include: ['src/**/*.test.ts'],
		testTimeout: 30_000,
		hookTimeout: 90_000,
	},
});

/**
 * SvelteKit's own announcer hides itself by a style attribute, which our Content-Security-Policy refuses
 * and the browser complains about on every page. Its rules stand in app.css instead.
 */
function announcerWithoutStyle(): Plugin {
	return {
		name: 'meetup-announcer',
		enforce: 'pre',
		transform: {
			filter: { id: /generated\/root\.svelte$/ },
			handler: (code) => code.replace(/(id="svelte-announcer"[^>]*) style="[^"]*"/, '$1'),
		},
	};
}
