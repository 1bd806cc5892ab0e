// Loaded into the server before its own code (`--import`): answers how much memory it holds and what its own
// counters say, and tells of what nobody caught. It changes nothing of what then happens.

process.on('message', (question) => {
	void answer(question).then((value) => process.send?.({ answers: question, value }));
});
// Whoever asks is gone: nobody else would end this process.
process.on('disconnect', () => process.exit());
// The question may come; waiting for it keeps nothing alive.
process.channel?.unref();
process.on('uncaughtExceptionMonitor', (error, origin) => {
	process.stderr.write(`uncaught (${origin}): ${error instanceof Error ? error.stack : error}\n`);
});

/** @param {unknown} question */
async function answer(question) {
	if (question === 'memory') return memory();
	if (question === 'counters') return counters();
	return null;
}

async function memory() {
	// Twice: what the first collection only made free is then gone, too.
	for (let times = 0; times < 2; times++) {
		globalThis.gc?.();
		await new Promise((resolve) => setTimeout(resolve, 100));
	}
	const { rss, heapUsed, external } = process.memoryUsage();
	return { rss, heap: heapUsed + external };
}

/** The app stands on `globalThis` (`server/app.ts`). */
async function counters() {
	const holder = /** @type {Record<symbol, Promise<{ counters: unknown }> | undefined>} */ (
		/** @type {unknown} */ (globalThis)
	);
	return (await holder[Symbol.for('meetup.app')])?.counters;
}
