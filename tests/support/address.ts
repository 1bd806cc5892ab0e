import { randomInt } from 'node:crypto';

/**
 * As a proxy before the server tells it. The server of the tests believes one proxy, so that whoever
 * is counted by address is counted for himself.
 */
export function ownAddress(): { 'x-forwarded-for': string } {
	const part = () => randomInt(1, 255);
	return { 'x-forwarded-for': `10.${part()}.${part()}.${part()}` };
}
