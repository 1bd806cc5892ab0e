import adapter from '@sveltejs/adapter-node';

/** @type {import('@sveltejs/kit').Config} */
export default {
	kit: {
		adapter: adapter({ out: 'build', precompress: true }),
		serviceWorker: { register: false },
		// `Referrer-Policy: no-referrer` makes browsers call the origin of a plain form `null`, our own too:
		// hooks.server.ts looks at where such a form really comes from.
		csrf: { trustedOrigins: ['null'] },
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
