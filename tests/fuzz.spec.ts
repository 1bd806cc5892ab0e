import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from './stories';

const SCRIPT = fileURLToPath(new URL('../scripts/fuzz.mjs', import.meta.url));

/* A small run of `npm run fuzz`; fuzz/README.md says what it throws, and what a long one has shown. */
test('Whatever strangers throw at the server, a pair walks on and everything holds', async () => {
	// Some twenty seconds where nobody else wants the cores; whoever was closed waits out his ten among them.
	test.setTimeout(300_000);
	const size = ['--frames=3000', '--upgrades=150', '--bodies=150', '--meetings=20'];
	const { code, said } = await run([SCRIPT, ...size]);
	expect(said).toContain('everything held');
	expect(code, said).toBe(0);
	const [, judged] = /^frames judged +(\d+)/m.exec(said) ?? [];
	expect(Number(judged)).toBeGreaterThanOrEqual(3_000);
	expect(said).toMatch(/^the canary +(\d+) of \1 fixes arrived/m);
});

function run(args: readonly string[]): Promise<{ code: number | null; said: string }> {
	return new Promise((resolve) => {
		const child = execFile(process.execPath, args, (_error, stdout, stderr) => {
			resolve({ code: child.exitCode, said: stdout + stderr });
		});
	});
}
