import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from '@playwright/test';
import { findBrowser } from './scripts/browser.mjs';
import { freePort } from './scripts/free-port.mjs';

// Every worker reads this file anew, with the environment of the first reading: so they agree.
const port = (process.env.MEETUP_TEST_PORT ||= String(await freePort()));
const dataDir = (process.env.MEETUP_TEST_DATA ||= ownFolder());
const baseURL = `http://127.0.0.1:${port}`;
const isRoot = process.getuid?.() === 0;

export default defineConfig({
	testDir: 'tests',
	// The pictures of scripts/screenshots.mjs are taken by the same means as the tests.
	testMatch: process.env.MEETUP_SCREENSHOTS === '1' ? 'screens/*.screens.ts' : '**/*.spec.ts',
	outputDir: 'test-results',
	forbidOnly: process.env.CI !== undefined,
	// Stories share the server and nothing else. Each waits a good deal for clocks: two fill two cores.
	fullyParallel: true,
	workers: 2,
	retries: 0,
	timeout: 120_000,
	expect: { timeout: 20_000 },
	reporter: 'list',
	webServer: {
		// `exec`: no shell stays between, so that the server hears of Playwright's own end.
		command: `${process.platform === 'win32' ? '' : 'exec '}"${process.execPath}" build/main.js`,
		url: `${baseURL}/health`,
		env: {
			HOST: '127.0.0.1',
			PORT: port,
			DATA_DIR: dataDir,
			LOG_LEVEL: 'warn',
			ORIGIN: '',
			DATABASE_URL: '',
			REDIS_URL: '',
			// Everybody comes from an address of his own, as people do: tests/support/address.ts.
			TRUST_PROXY: '1',
		},
		timeout: 120_000,
		stdout: 'ignore',
		stderr: 'pipe',
		gracefulShutdown: { signal: 'SIGTERM', timeout: 10_000 },
	},
	use: {
		baseURL,
		browserName: 'chromium',
		viewport: { width: 390, height: 844 },
		hasTouch: true,
		isMobile: true,
		locale: 'en-GB',
		timezoneId: 'Europe/Oslo',
		permissions: ['geolocation', 'screen-wake-lock'],
		actionTimeout: 20_000,
		navigationTimeout: 30_000,
		// Without pictures: taking them of maps that are drawn in software would keep a core busy.
		trace: { mode: 'retain-on-failure', screenshots: false, snapshots: true },
		launchOptions: {
			executablePath: findBrowser() ?? undefined,
			args: [
				...['--disable-quic', '--no-first-run', '--disable-background-networking'],
				...['--disable-component-update', '--disable-sync'],
				// Without a graphics card Chromium would complain of every picture it reads back.
				...['--use-angle=swiftshader', '--enable-unsafe-swiftshader'],
				// Chromium's sandbox does not work for root, as in a container.
				...(isRoot ? ['--no-sandbox'] : []),
			],
		},
	},
});

/** Removed by the process that made it, however the run ends. */
function ownFolder(): string {
	const folder = mkdtempSync(join(tmpdir(), 'meetup-data-'));
	process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
	return folder;
}
