import { randomUUID } from 'node:crypto';
import { openTcpProxy, type TcpProxy } from '../../../../tests/support/tcp-proxy';
import { createCounters } from '$lib/server/counters';
import { createRedisBus } from '$lib/server/bus/redis';
import { roundTrip } from '$lib/server/bus/testing';
import type { Ephemeral } from '$lib/server/ephemeral';
import { createRedisEphemeral } from '$lib/server/ephemeral/redis';
import { createFixes } from '$lib/server/fixes';
import { createHere } from '$lib/server/here';
import { SILENT } from '$lib/server/log';
import { isUp, testLink, testRedisUrl } from '$lib/server/redis/testing';
import { createSnapshots } from '$lib/server/snapshot';
import type { GatewayDeps, Timings } from './deps';
import { TestWorld, type TestInstance } from './testing';

/** A server of the world whose neighbours it reaches by a real Redis, over a line of its own. */
export interface RedisInstance extends TestInstance {
	readonly line: TcpProxy;
	readonly meetings: GatewayDeps['meetings'];
	readonly ephemeral: Ephemeral;
	isUp(): boolean;
}

/** Two servers on one Redis, in a world whose clock is the real one: Redis goes by that. */
export class RedisWorld extends TestWorld {
	readonly #prefix = `${randomUUID()}:`;
	readonly #undo: (() => Promise<unknown>)[] = [];

	async openPair(timings: Partial<Timings> = {}): Promise<[RedisInstance, RedisInstance]> {
		this.nowMs = Date.now();
		const pair = [await this.#openOne(timings), await this.#openOne(timings)] as const;
		await isUp(...pair);
		await roundTrip(pair[0].bus, pair[1].bus);
		return [...pair];
	}

	override async close(): Promise<void> {
		await super.close();
		for (const undo of this.#undo.reverse()) await undo();
	}

	async #openOne(timings: Partial<Timings>): Promise<RedisInstance> {
		const line = await openTcpProxy(testRedisUrl());
		const link = testLink(line.url);
		const prefix = this.#prefix;
		const now = () => this.nowMs;
		const bus = createRedisBus({ link, instanceId: randomUUID(), log: SILENT, prefix });
		const ephemeral = createRedisEphemeral({ link, now, log: SILENT, prefix });
		this.#undo.push(line.close, link.close, ephemeral.close, bus.close);
		const meetings = this.meetingsOver(bus, ephemeral);
		const counters = createCounters();
		const instance = await this.open({
			...{ bus, ephemeral, meetings, counters, timings },
			fixes: createFixes({ bus, counters, now }),
			here: createHere({ meetings, bus, ephemeral, now }),
			snapshots: createSnapshots({ ephemeral, now }),
		});
		return { ...instance, bus, line, meetings, ephemeral, isUp: link.isUp };
	}
}
