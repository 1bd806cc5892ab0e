import adapter from '@sveltejs/adapter-node';

/** @type {import('@sveltejs/kit').Config} */
export default {
	kit: {
		adapter: adapter({ out: 'build', precompress: true }),
		serviceWorker: { register: false },
		// hooks.server.ts looks at where calls come from, by its own rules: forms of our own pages have the
		// origin `null`, clients of the API have none, and a refusal there is a problem and no page.
		csrf: { trustedOrigins: ['*'] },
		csp: {
			mode: 'nonce',
			directives: {
				'default-src': ['none'],
				'script-src': ['self'],
				'style-src': ['self'],
				'img-src': ['self', 'data:', 'blob:'],
				'font-src': ['self'],
				'connect-src': ['self'],
				'worker-src': ['self'],
				'manifest-src': ['self'],
				'form-action': ['self'],
				'base-uri': ['none'],
				'object-src': ['none'],
				'frame-ancestors': ['none'],
			},
		},
		typescript: {
			config(config) {
				config.include.push('../scripts/**/*.ts', '../*.config.ts', '../bench/**/*.ts');
			},
		},
	},
	compilerOptions: { runes: true },
};
