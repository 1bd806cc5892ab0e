import type { IncomingMessage } from 'node:http';

export interface OriginSettings {
	/** The one address people use, if it is set. */
	readonly origin?: string | undefined;
	/** How many proxies stand in front; 0 for none. */
	readonly trustProxy: number;
}

const ADDRESS = 'x-meetup-client-address';
const PROTOCOL = 'x-meetup-protocol';

/**
 * What SvelteKit's Node adapter reads from the environment, fixed before its handler is loaded. It
 * takes every request for HTTPS unless told otherwise, and then refuses each form sent over plain
 * HTTP as coming from another site. So it reads headers that only this process writes.
 */
export function adapterEnvironment({ origin }: OriginSettings): Record<string, string> {
	return {
		// Names, places, invites: nothing we take by HTTP is larger.
		BODY_SIZE_LIMIT: '64K',
		ADDRESS_HEADER: ADDRESS,
		PROTOCOL_HEADER: PROTOCOL,
		...(origin ? { ORIGIN: origin } : {}),
	};
}

/**
 * Writes those headers and `Host`, over whatever a stranger put there. Without a trusted proxy a request is
 * plain HTTP for the host it names, from the address it came from; behind `trustProxy` proxies each
 * added one entry to `X-Forwarded-For`, so that the client's own is the n-th from the end
 * (https://developer.mozilla.org/docs/Web/HTTP/Headers/X-Forwarded-For#selecting_an_ip_address).
 */
export function writeOriginHeaders(request: IncomingMessage, { trustProxy }: OriginSettings): void {
	const { headers, socket } = request;
	const forwarded = (name: string) => (trustProxy > 0 ? entries(headers[name]) : []);
	headers[ADDRESS] = forwarded('x-forwarded-for').at(-trustProxy) ?? socket.remoteAddress ?? '';
	// Some proxies write these anew instead of adding to them: then the first is the client's.
	const protocols = forwarded('x-forwarded-proto');
	const hosts = forwarded('x-forwarded-host');
	headers[PROTOCOL] = (protocols.at(-trustProxy) ?? protocols[0]) === 'https' ? 'https' : 'http';
	headers.host = hosts.at(-trustProxy) ?? hosts[0] ?? headers.host;
}

function entries(header: string | string[] | undefined): string[] {
	return [header ?? []]
		.flat()
		.join(',')
		.split(',')
		.map((entry) => entry.trim())
		.filter((entry) => entry !== '');
}
