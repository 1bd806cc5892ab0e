import { parseArgs, type ParseArgsConfig } from 'node:util';

/** What the commands that speak to a running server have in common: their words and their exit code. */

export const DEFAULT_SERVER = 'http://localhost:3000';

/** Ends a command with one sentence for whoever typed it. */
export class CannotGoOn extends Error {
	override readonly name = 'CannotGoOn';
	constructor(
		message: string,
		readonly exitCode: number,
	) {
		super(message);
	}
}

/** Runs a command to its end. Bugs go on as they came. */
export async function runCommand(work: () => Promise<void>): Promise<void> {
	try {
		await work();
	} catch (error) {
		if (!(error instanceof CannotGoOn)) throw error;
		const stream = error.exitCode === 0 ? process.stdout : process.stderr;
		stream.write(`${error.message}\n`);
		process.exitCode = error.exitCode;
	}
}

export function wrongUse(message: string, usage: string): CannotGoOn {
	return new CannotGoOn(`${message}\n\n${usage}`, 2);
}

/** `parseArgs` of Node, whose own sentences name the argument that is wrong. */
export function parseWords<T extends ParseArgsConfig>(config: T, usage: string) {
	try {
		return parseArgs(config);
	} catch (error) {
		throw wrongUse(error instanceof Error ? error.message : 'That can’t be read.', usage);
	}
}

export function webAddress(text: string, usage: string): URL {
	const url = URL.canParse(text) ? new URL(text) : null;
	// What stands after "#" is a secret: it is not repeated.
	if (url === null || !/^https?:$/.test(url.protocol))
		throw wrongUse(
			`"${text.split('#')[0] ?? ''}" is no web address (http://… or https://…).`,
			usage,
		);
	return url;
}

/** `option`: by which the command is told where the server is. */
export function nobodyAnswers(origin: string, option: string): string {
	return `No MeetUp answers at ${origin}. Start it with "npm start", or say where it is with ${option}.`;
}

/** Ctrl-C, once: whoever asks twice does not want to wait. */
export function onStop(stop: () => Promise<void>): void {
	let asked = false;
	for (const signal of ['SIGINT', 'SIGTERM'] as const)
		process.on(signal, () => {
			if (asked) process.exit(130);
			asked = true;
			void stop();
		});
}

export function say(line: string): void {
	process.stdout.write(`${line}\n`);
}
