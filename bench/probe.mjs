// Loaded into the measured processes before their own code (`--import`), the floor's as the server's:
// answers how much memory they hold, and takes a CPU profile. Between two questions it does nothing.
import { Session } from 'node:inspector/promises';

/** @type {Session | null} */
let session = null;

process.on('message', (message) => {
	void answer(message).then((value) => process.send?.({ answers: message, value }));
});
// Whoever measures is gone: nobody else would end this process.
process.on('disconnect', () => process.exit());
// The question may come; waiting for it keeps nothing alive.
process.channel?.unref();

/** @param {unknown} question */
async function answer(question) {
	if (question === 'memory') return memory();
	if (question === 'start profile') return startProfile();
	if (question === 'stop profile') return stopProfile();
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

async function startProfile() {
	session = new Session();
	session.connect();
	await session.post('Profiler.enable');
	await session.post('Profiler.setSamplingInterval', { interval: 200 });
	await session.post('Profiler.start');
}

async function stopProfile() {
	const stopped = await session?.post('Profiler.stop');
	session?.disconnect();
	return stopped?.profile;
}
