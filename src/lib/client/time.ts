export type Cancel = () => void;

/** The local clock, its timers and chance, as one port: tests turn the hands themselves. */
export interface Time {
	/** Milliseconds since 1970 on this device's clock. */
	nowMs(): number;
	/** In [0, 1). */
	random(): number;
	after(delayMs: number, run: () => void): Cancel;
	every(intervalMs: number, run: () => void): Cancel;
}

export const systemTime: Time = {
	nowMs: () => Date.now(),
	random: () => Math.random(),
	after(delayMs, run) {
		const timer = setTimeout(run, delayMs);
		return () => clearTimeout(timer);
	},
	every(intervalMs, run) {
		const timer = setInterval(run, intervalMs);
		return () => clearInterval(timer);
	},
};
