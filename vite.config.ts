import { paraglideVitePlugin } from '@inlang/paraglide-js';
import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vitest/config';
import { gatewayInDev } from './src/server/dev.ts';

export default defineConfig({
	plugins: [
		paraglideVitePlugin({
			project: './project.inlang',
			outdir: './src/lib/paraglide',
			strategy: ['baseLocale'],
		}),
		sveltekit(),
		gatewayInDev(),
	],
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
