import { isIP } from 'node:net';

/**
 * What an address counts as. A household with IPv6 has a whole /64 and a new address whenever it
 * likes, so all of that is one; IPv4 in IPv6's clothes is IPv4. What is no address stays as it is.
 */
export function addressSubject(address: string): string {
	const bare = address.replace(/%.*$/, '');
	if (isIP(bare) !== 6) return address;
	const groups = groupsOf(bare);
	const isMapped = groups.slice(0, 6).join(':') === '0:0:0:0:0:ffff';
	if (isMapped) return groups.slice(6).map(dotted).join('.');
	return `${groups.slice(0, 4).join(':')}::/64`;
}

/** The eight groups of a valid IPv6 address, in hex without leading zeros. */
function groupsOf(address: string): string[] {
	// The URL parser writes every spelling, also one that ends in dots, in the same way.
	const spelled = new URL(`http://[${address}]`).hostname.slice(1, -1);
	const [before = '', after] = spelled.split('::');
	const head = before.split(':').filter(Boolean);
	if (after === undefined) return head;
	const tail = after.split(':').filter(Boolean);
	return [...head, ...Array<string>(8 - head.length - tail.length).fill('0'), ...tail];
}

function dotted(group: string): string {
	const bits = parseInt(group, 16);
	return `${bits >> 8}.${bits & 255}`;
}
