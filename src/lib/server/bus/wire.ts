import { textFrame, textOf } from '$lib/protocol/text-frame';
import type { Channel } from './bus';

/*
 * What instances of ours say to one another over Redis. Every text opens with the id of who says it, so
 * that own echoes are dropped unread.
 *
 *   session:<id>, user:<id>   <instance> <event as JSON>
 *                             <instance> <record>     a fix, where its instance does not know who listens
 *                             <instance> +            listens from now on, and asks who else does
 *                             <instance> -            does not listen any more
 *   instance:<id>             <instance> <record>…    for that instance alone, records apart by RECORD_END
 *   instances                 <instance> alive | back | bye
 *
 * Only instances write there: texts are read with care for mixed versions, not for malice.
 */
export const EVERYBODY = 'instances';
export const instanceChannel = (instanceId: string) => `instance:${instanceId}`;

export const LISTENS = '+';
export const LEAVES = '-';
export const ALIVE = 'alive';
/** It was cut off: what it said meanwhile nobody heard. */
export const BACK = 'back';
export const BYE = 'bye';

/** No JSON text has this character: fixes go through as they are. */
const RECORD_END = '\u001e';
const FIX = 'f';

export type ForOneInstance =
	| { readonly kind: 'listens'; readonly channel: Channel }
	| {
			readonly kind: 'fix';
			readonly channel: Channel;
			readonly personId: string;
			readonly frame: Buffer;
	  };

export function listensRecord(channel: Channel): string {
	return `${LISTENS} ${channel}`;
}

export function fixRecord(channel: Channel, personId: string, frame: Buffer): string {
	return `${FIX} ${channel} ${personId} ${textOf(frame)}`;
}

export function joinRecords(records: readonly string[]): string {
	return records.join(RECORD_END);
}

export function isRecord(text: string): boolean {
	return text.startsWith(`${FIX} `);
}

export function readRecords(text: string): ForOneInstance[] {
	return text.split(RECORD_END).flatMap((record) => readRecord(record) ?? []);
}

function readRecord(record: string): ForOneInstance | null {
	const kindEnd = record.indexOf(' ');
	const kind = record.slice(0, kindEnd);
	if (kind === LISTENS) {
		const channel = record.slice(kindEnd + 1);
		return isChannel(channel) ? { kind: 'listens', channel } : null;
	}
	if (kind !== FIX) return null;
	const channelEnd = record.indexOf(' ', kindEnd + 1);
	const personEnd = record.indexOf(' ', channelEnd + 1);
	if (channelEnd < 0 || personEnd < 0) return null;
	const channel = record.slice(kindEnd + 1, channelEnd);
	if (!isChannel(channel)) return null;
	const personId = record.slice(channelEnd + 1, personEnd);
	return {
		kind: 'fix',
		channel,
		personId,
		frame: textFrame(record.slice(personEnd + 1)),
	};
}

/** Who says it, and what. */
export function splitText(text: string): { readonly from: string; readonly said: string } {
	const end = text.indexOf(' ');
	return { from: text.slice(0, end), said: text.slice(end + 1) };
}

export function isChannel(name: string): name is Channel {
	return name.startsWith('session:') || name.startsWith('user:');
}
