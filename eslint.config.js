import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import { defineConfig, globalIgnores } from 'eslint/config';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

const TESTS = ['**/*.test.ts', '**/*.contract.ts', '**/testing.ts', 'tests/**'];

export default defineConfig(
	globalIgnores([
		'.svelte-kit/',
		'build/',
		'data/',
		'drizzle/',
		'node_modules/',
		'playwright-report/',
		'src/lib/paraglide/',
		'static/',
		'test-results/',
	]),
	{ linterOptions: { reportUnusedDisableDirectives: 'error' } },
	js.configs.recommended,
	ts.configs.strictTypeChecked,
	svelte.configs.recommended,
	prettier,
	svelte.configs.prettier,
	{
		languageOptions: {
			globals: { ...globals.browser, ...globals.node },
			parserOptions: {
				projectService: true,
				tsconfigRootDir: import.meta.dirname,
				extraFileExtensions: ['.svelte'],
			},
		},
		rules: {
			// TypeScript knows what is defined, and knows types as well.
			'no-undef': 'off',
			// `!= null` is the one loose comparison that says more than the strict one.
			eqeqeq: ['error', 'always', { null: 'ignore' }],
			'no-empty': ['error', { allowEmptyCatch: false }],
			'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx'] }],
			'@typescript-eslint/consistent-type-imports': 'error',
			'@typescript-eslint/switch-exhaustiveness-check': [
				'error',
				{ considerDefaultExhaustiveForUnions: true },
			],
			// "Trust me" is no answer to input: a schema parses it.
			'no-restricted-syntax': [
				'error',
				{
					selector: 'TSAsExpression > CallExpression[callee.property.name=/^(parse|json)$/]',
					message: 'Parse input with a schema instead of asserting its type.',
				},
				{
					selector:
						'TSAsExpression > AwaitExpression > CallExpression[callee.property.name=/^(json|formData)$/]',
					message: 'Parse input with a schema instead of asserting its type.',
				},
				{
					selector: 'TSAsExpression > TSAsExpression[typeAnnotation.type="TSUnknownKeyword"]',
					message: '`as unknown as` says anything: narrow it with a check.',
				},
			],
			'@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
			'@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
			'@typescript-eslint/no-unused-vars': [
				'error',
				{ argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
			],
			// In-memory neighbours keep the promise of an asynchronous interface with nothing to await.
			'@typescript-eslint/require-await': 'off',
			// Ports are made by factories and keep their state in the closure: there is no `this` to lose.
			'@typescript-eslint/unbound-method': 'off',
			'@typescript-eslint/no-dynamic-delete': 'off',
			// SvelteKit's redirect() and error() are thrown and are no Errors.
			'@typescript-eslint/only-throw-error': 'off',
		},
	},
	{
		files: ['src/**'],
		rules: { 'no-console': 'error' },
	},
	{
		files: ['**/*.svelte', '**/*.svelte.ts'],
		languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
		rules: {
			// `let { x }: Props = $props()` is how Svelte 5 spells properties; this one understands it.
			'prefer-const': 'off',
			'svelte/prefer-const': ['error', { destructuring: 'all' }],
			'svelte/no-target-blank': 'error',
			'svelte/button-has-type': 'error',
		},
	},
	{
		// A test looks at answers as they are; the expectation is the check.
		files: TESTS,
		rules: { 'no-restricted-syntax': 'off' },
	},
	{
		files: ['scripts/**/*.mjs', 'bench/**/*.mjs', 'fuzz/**/*.mjs', '*.config.js'],
		extends: [ts.configs.disableTypeChecked],
	},
);
