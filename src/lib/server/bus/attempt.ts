/** One try to connect, from its start until everything is subscribed or the connection is gone. */
export interface Attempt {
	readonly over: Promise<void>;
	readonly isOver: boolean;
	readonly end: () => void;
}

export function createAttempt(): Attempt {
	let isOver = false;
	let resolve = () => {};
	const over = new Promise<void>((settle) => (resolve = settle));
	return {
		over,
		get isOver() {
			return isOver;
		},
		end() {
			isOver = true;
			resolve();
		},
	};
}
