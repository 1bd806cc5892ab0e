// npm test: gets what it needs, runs everything, ends with one plain line: `N passed, N failed`.
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureInstalled } from './installed.mjs';

ensureInstalled();
// Only now: these use what was just installed.
const { ensureBrowser } = await import('./browser.mjs');
const { isInterrupted, onInterrupt, run } = await import('./run.mjs');
const { createServices } = await import('./services.mjs');

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const reports = mkdtempSync(join(tmpdir(), 'meetup-reports-'));
const services = createServices();
const cleanUp = async () => {
	await services.stop();
	rmSync(reports, { recursive: true, force: true });
};
onInterrupt(cleanUp);

/** @type {{ name: string, seconds: number, passed: number, failed: number, names: string[] }[]} */
const results = [];
try {
	await runAll();
} catch (error) {
	if (!isInterrupted()) console.error(error instanceof Error ? error.message : error);
	results.push({ name: 'preparing', seconds: 0, passed: 0, failed: 1, names: [] });
} finally {
	await cleanUp();
}
if (!isInterrupted()) conclude();

async function runAll() {
	const env = { ...process.env, CHROMIUM_PATH: ensureBrowser(), ...(await services.start()) };
	const node = (program, ...args) => [process.execPath, [`node_modules/${program}`, ...args], env];

	await step('sync', [process.execPath, ['scripts/sync.mjs'], env]);
	const check = ['--tsconfig', 'tsconfig.json', '--fail-on-warnings', '--output', 'human'];
	const worker = 'src/service-worker/tsconfig.json';
	// Each keeps one core busy: side by side they take half the time.
	const [built] = await Promise.all([
		quietStep('types', node('svelte-check/bin/svelte-check', ...check))
			// The service worker lives in another world, without `window`.
			.then(() => quietStep('worker', node('typescript/bin/tsc', '--noEmit', '-p', worker)))
			.then(() => quietStep('build', [process.execPath, ['scripts/build.mjs'], env])),
		quietStep('format', node('prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.')),
		quietStep('lint', node('eslint/bin/eslint.js', '--max-warnings', '0', '.')),
	]);

	const unit = join(reports, 'unit.json');
	const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${unit}`];
	const vitest = node('vitest/vitest.mjs', 'run', ...reporters);
	await step('unit', vitest, () => countVitest(read(unit)));

	if (!built) return;
	const pages = join(reports, 'pages.json');
	const playwright = node('@playwright/test/cli.js', 'test', '--reporter=list,json');
	playwright[2] = { ...env, PLAYWRIGHT_JSON_OUTPUT_FILE: pages };
	await step('pages', playwright, () => countPlaywright(read(pages)));
}

/** Beside others: what it says is shown in one piece, when it is through. */
async function quietStep(name, command) {
	const path = join(reports, `${name}.log`);
	const log = openSync(path, 'w');
	const went = await step(name, command, undefined, ['ignore', log, log]);
	closeSync(log);
	console.log(`\n— ${name} —\n${readFileSync(path, 'utf8')}`);
	return went;
}

/** Without `count`, a step is no test: it counts only if it fails. Answers whether it went well. */
async function step(name, [command, args, env], count = noTests, stdio = undefined) {
	if (stdio === undefined) console.log(`\n— ${name} —`);
	const started = Date.now();
	const code = await run(command, args, { env, ...(stdio && { stdio }) });
	const { passed, failed, names } = count();
	// A runner that fails without a failed test broke down itself: an unhandled error, a dead server.
	const brokeDown = code !== 0 && failed === 0 ? 1 : 0;
	const seconds = (Date.now() - started) / 1000;
	results.push({ name, seconds, passed, failed: failed + brokeDown, names });
	return failed + brokeDown === 0;
}

function noTests() {
	return { passed: 0, failed: 0, names: [] };
}

/** A file that could not even be loaded has no tests, and counts as one that failed. */
function countVitest(report) {
	if (!report) return noTests();
	const unloaded = report.testResults.filter(
		({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
	);
	const failed = report.testResults
		.flatMap(({ assertionResults }) => assertionResults)
		.filter(({ status }) => status === 'failed');
	return {
		passed: report.numPassedTests,
		failed: report.numFailedTests + unloaded.length,
		names: [...unloaded.map(({ name }) => name), ...failed.map(({ fullName }) => fullName)],
	};
}

/** A test that passes only the second time is a failed one. */
function countPlaywright(report) {
	if (!report) return noTests();
	const { expected, unexpected, flaky } = report.stats;
	const specs = (suite) => [...(suite.specs ?? []), ...(suite.suites ?? []).flatMap(specs)];
	const bad = ({ tests }) => tests.some(({ status }) => ['unexpected', 'flaky'].includes(status));
	const names = report.suites.flatMap(specs).filter(bad);
	return {
		passed: expected,
		failed: unexpected + flaky,
		names: names.map(({ file, line, title }) => `${file}:${line} ${title}`),
	};
}

function read(path) {
	try {
		return JSON.parse(readFileSync(path, 'utf8'));
	} catch (error) {
		// No report, or half of one: the runner broke down, and its exit code says so.
		if (error instanceof SyntaxError || error.code === 'ENOENT') return null;
		throw error;
	}
}

function conclude() {
	console.log('');
	for (const { name, seconds, failed } of results)
		console.log(
			`${name.padEnd(10)} ${seconds.toFixed(1).padStart(6)} s  ${failed ? 'failed' : 'ok'}`,
		);
	// Last, where they are still seen when a long log is cut at its beginning.
	for (const { name, names } of results)
		for (const failedTest of names) console.log(`failed in ${name}: ${failedTest}`);
	const sum = (of) => results.reduce((total, result) => total + result[of], 0);
	const [passed, failed] = [sum('passed'), sum('failed')];
	console.log(`\n${passed} passed, ${failed} failed`);
	process.exit(failed > 0 || passed === 0 ? 1 : 0);
}
