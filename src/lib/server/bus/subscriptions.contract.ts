import { expect, test } from 'vitest';
import type { RedisCommands } from '$lib/server/redis';
import { meetingChannel, type Bus } from './bus';
import { createEar, loginRevoked, type BusWorld } from './testing';

/** So many meetings lie in all parts of a cluster. */
const CHANNELS = Array.from({ length: 500 }, (_, count) => meetingChannel(`meeting-${count}`));

interface Options {
	/** The Redis servers themselves, to break what listens there. */
	readonly nodes: () => Promise<readonly RedisCommands[]>;
}

/** Whatever happens to the connection that listens: each channel that is wanted is heard. */
export function subscriptionsContract(
	name: string,
	open: () => Promise<BusWorld>,
	{ nodes }: Options,
): void {
	test(`${name}: subscribing to many channels while others are published to loses none`, async () => {
		const world = await open();
		const [here, there] = [world.connect('here'), world.connect('there')];
		await bothUp(here, there);
		const ears = new Map(CHANNELS.map((channel) => [channel, createEar()]));
		await Promise.all(
			[...ears].map(([channel, ear]) => {
				// In the same turn: whatever leaves together must not end on the wrong connection.
				here.publish(channel, loginRevoked('meanwhile'));
				return here.subscribe(channel, ear.hear);
			}),
		);
		for (const channel of CHANNELS) there.publish(channel, loginRevoked('each'));
		await Promise.all([...ears.values()].map((ear) => ear.until('each')));
		await world.close();
	});

	test(`${name}: what listens is killed while people come and go, and each channel is heard again`, async () => {
		const world = await open();
		const [here, there] = [world.connect('here'), world.connect('there')];
		await bothUp(here, there);
		const ears = new Map(CHANNELS.map((channel) => [channel, createEar()]));
		const subscribe = (from: number, to: number) =>
			Promise.all(
				[...ears].slice(from, to).map(([channel, ear]) => here.subscribe(channel, ear.hear)),
			);
		await subscribe(0, 250);
		const killed = (await nodes()).map((node) => node.call('CLIENT', 'KILL', 'TYPE', 'pubsub'));
		const joining = subscribe(250, CHANNELS.length);
		await Promise.all([...killed, joining]);
		await expect
			.poll(
				() => {
					for (const [channel, ear] of ears)
						if (!ear.heard.includes('each')) there.publish(channel, loginRevoked('each'));
					return [...ears.values()].filter((ear) => !ear.heard.includes('each')).length;
				},
				{ interval: 100, timeout: 15_000 },
			)
			.toBe(0);
		await world.close();
	});
}

async function bothUp(...buses: readonly Bus[]): Promise<void> {
	const areUp = () => buses.every((bus) => bus.isUp());
	await expect.poll(areUp, { interval: 5, timeout: 15_000 }).toBe(true);
}
