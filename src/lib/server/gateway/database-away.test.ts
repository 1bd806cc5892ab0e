import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Meeting } from '$lib/meeting';
import type { LogFields } from '$lib/server/log';
import { SILENT } from '$lib/server/log';
import { DatabaseAway, T0, TestWorld, wireFix, type TestPerson } from './testing';

let world: TestWorld;
let ana: TestPerson;
let ben: TestPerson;
let meeting: Meeting;
beforeEach(() => {
	world = new TestWorld();
	({ ana, ben, meeting } = world.addPair());
});
afterEach(() => world.close());

const isAway = () => Promise.reject(new DatabaseAway());

async function open() {
	const warnings: string[] = [];
	const errors: string[] = [];
	const note = (lines: string[]) => (fields: LogFields | string, event?: string) =>
		void lines.push(event ?? (typeof fields === 'string' ? fields : ''));
	const log = { ...SILENT, warn: note(warnings), error: note(errors) };
	const reading = world.meetingsOver(world.hub.connect('use cases'));
	const meetings = { ...reading, change: isAway };
	const here = {
		press: isAway,
		cancel: isAway,
	};
	const server = await world.open({ meetings, here, log });
	return { server, warnings, errors };
}

test('P65 what needs the database is refused with UNAVAILABLE; the socket stays, and locations go on', async () => {
	const { server, errors } = await open();
	const anas = server.connect(ana, meeting);
	const bens = server.connect(ben, meeting);
	await Promise.all([anas.next('welcome'), bens.next('welcome')]);
	anas.say('im_here', {});
	anas.say('im_here_cancel', {});
	anas.say('destination_update', { destination: null });
	anas.say('end_session', {});
	for (const ref of ['im_here', 'im_here_cancel', 'destination_update', 'end_session'])
		expect(await anas.next('error')).toMatchObject({ code: 'UNAVAILABLE', ref });
	anas.say('location_update', wireFix(T0));
	await bens.next('peer_location');
	await anas.settled();
	expect(errors).toEqual([]);
});

test('P65 a welcome that needs it closes with 1013, to come again', async () => {
	const { server, errors } = await open();
	let looks = 0;
	world.beforeFind = async () => {
		if (++looks > 1) throw new DatabaseAway();
	};
	expect((await server.connect(ana, meeting).closed).code).toBe(1013);
	expect(errors).toEqual([]);
});

test('P2 attempts while the database is away are 503, and a flood of them fills no log', async () => {
	const { server, warnings, errors } = await open();
	world.beforeAuth = isAway;
	for (let count = 0; count < 50; count++)
		expect((await server.connect(ana, meeting).refusal).status).toBe(503);
	expect(warnings).toEqual(['upgrade_failed']);
	expect(errors).toEqual([]);
});
