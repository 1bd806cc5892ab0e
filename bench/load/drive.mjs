// The two ways to drive a crowd. Both measure within a window of time in the middle of the driving, and
// read the CPU of the measured processes at its two ends.
import { cpuUs } from '../cpu.mjs';

/** Rule P14: at most ten a second. */
const GAP_MS = 100;
/** An update that is not there after so long is lost. */
const LOST_AFTER_MS = 5_000;
/** Whoever is behind by more sent nothing while the machine did other things: that is let go. */
const LATE_MS = 5;

/**
 * @typedef {object} Drive
 * @property {number} warmUpS
 * @property {number} seconds
 * @property {readonly number[]} pids the processes whose CPU is counted
 */

/**
 * What happened within the window.
 * @typedef {object} Driven
 * @property {number} perS updates that arrived, by the second
 * @property {number} cpuUs CPU time of the measured processes, by update that arrived
 * @property {number} busy how much of one core the measured processes took
 * @property {number} bytesSent by update, header of the frame included
 * @property {number} bytesDelivered
 * @property {number} p50Ms
 * @property {number} p95Ms
 * @property {number} p99Ms
 * @property {number} maxMs
 * @property {number} sent from the first to the last, outside the window, too
 * @property {number} delivered
 * @property {number} conflated
 * @property {number} lost
 * @property {number} compared field by field
 * @property {number} waits how often nobody was allowed to send yet
 */

/**
 * Closed loop: so many updates are always under way, and one that arrives lets the next one go.
 * @param {import('./crowd.mjs').Crowd} crowd
 * @param {Drive & { inFlight: number }} drive
 */
export async function saturate(crowd, { inFlight, ...drive }) {
	const before = counts(crowd);
	let next = 0;
	let free = inFlight;
	let waits = 0;
	let isWaiting = false;
	let goesOn = true;

	function send() {
		while (free > 0) {
			const nowMs = performance.now();
			if (nowMs - (crowd.walkers[next]?.sentAtMs ?? 0) < GAP_MS) {
				if (!isWaiting) waits++;
				isWaiting = true;
				return;
			}
			isWaiting = false;
			free--;
			crowd.send(next, nowMs);
			next = (next + 1) % crowd.walkers.length;
		}
	}

	/**
	 * Never asleep, as in `pace`: to wake somebody costs the one who writes to him, and the faster side would
	 * find this process asleep more often than the slower one.
	 */
	function spin() {
		if (!goesOn) return;
		send();
		setImmediate(spin);
	}

	crowd.onSettled = (count) => {
		free += count;
		send();
	};
	spin();
	const measured = await measure(crowd, drive);
	goesOn = false;
	crowd.onSettled = () => {};
	return { ...measured, ...(await settle(crowd, before)), waits };
}

/**
 * Open loop: so many updates a second, whatever becomes of them.
 * @param {import('./crowd.mjs').Crowd} crowd
 * @param {Drive & { perS: number }} drive
 */
export async function pace(crowd, { perS, ...drive }) {
	if (perS > (1000 / GAP_MS) * crowd.walkers.length)
		throw new RangeError(`${crowd.walkers.length} people may not send ${perS} updates a second`);
	const before = counts(crowd);
	const gapMs = 1000 / perS;
	let dueMs = performance.now();
	let next = 0;
	let waits = 0;
	let goesOn = true;

	/** Never asleep, so that neither sending nor receiving waits for this process to be woken. */
	function spin() {
		let nowMs = performance.now();
		if (nowMs - dueMs > LATE_MS) {
			waits++;
			dueMs = nowMs;
		}
		for (; dueMs <= nowMs; dueMs += gapMs) {
			crowd.send(next, nowMs);
			next = (next + 1) % crowd.walkers.length;
			nowMs = performance.now();
		}
		if (goesOn) setImmediate(spin);
	}

	spin();
	const measured = await measure(crowd, drive);
	goesOn = false;
	return { ...measured, ...(await settle(crowd, before)), waits };
}

/**
 * @param {import('./crowd.mjs').Crowd} crowd
 * @param {Drive} drive
 */
async function measure(crowd, { warmUpS, seconds, pids }) {
	await passed(warmUpS);
	crowd.latencyUs.reset();
	const start = { ...counts(crowd), atMs: performance.now(), us: cpuUs(pids) };
	await passed(seconds);
	const elapsedS = (performance.now() - start.atMs) / 1000;
	const spentUs = cpuUs(pids) - start.us;
	const delivered = crowd.delivered - start.delivered;
	const sent = crowd.sent - start.sent;
	const percentileMs = (/** @type {number} */ p) => crowd.latencyUs.percentile(p) / 1000;
	return {
		perS: delivered / elapsedS,
		cpuUs: spentUs / delivered,
		busy: spentUs / 1e6 / elapsedS,
		bytesSent: (crowd.bytesSent - start.bytesSent) / sent,
		bytesDelivered: (crowd.bytesDelivered - start.bytesDelivered) / delivered,
		...{ p50Ms: percentileMs(50), p95Ms: percentileMs(95), p99Ms: percentileMs(99) },
		maxMs: crowd.latencyUs.max / 1000,
	};
}

/**
 * Waits for what is under way. What does not come is lost, and never comes again.
 * @param {import('./crowd.mjs').Crowd} crowd
 * @param {ReturnType<typeof counts>} before
 */
async function settle(crowd, before) {
	const deadlineMs = performance.now() + LOST_AFTER_MS;
	while (crowd.unsettled > 0 && performance.now() < deadlineMs) await passed(0.05);
	const lost = crowd.writeOff();
	const after = counts(crowd);
	return {
		lost,
		sent: after.sent - before.sent,
		delivered: after.delivered - before.delivered,
		conflated: after.conflated - before.conflated,
		compared: after.compared - before.compared,
	};
}

/** @param {import('./crowd.mjs').Crowd} crowd */
function counts({ sent, delivered, conflated, compared, bytesSent, bytesDelivered }) {
	return { sent, delivered, conflated, compared, bytesSent, bytesDelivered };
}

/** @param {number} seconds */
function passed(seconds) {
	return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}
