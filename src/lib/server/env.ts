import { z } from 'zod';

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Everything a self-hoster can set, parsed once. */
export interface Env {
	/** 0 lets the system choose a free one. */
	readonly port: number;
	/** Undefined: Node listens on every address, IPv6 and IPv4, as far as the machine has them. */
	readonly host: string | undefined;
	/** Scheme, host and port without a path, as browsers send it; undefined: the Host header is believed. */
	readonly origin: string | undefined;
	readonly dataDir: string;
	readonly databaseUrl: string | undefined;
	readonly redisUrl: string | undefined;
	/** REDIS_URL is a node of a Redis Cluster. */
	readonly isRedisCluster: boolean;
	/** How many proxies stand in front and may be believed about the caller's address. */
	readonly trustProxy: number;
	/** Open sockets that one address may have on this server. */
	readonly socketsPerAddress: number;
	readonly logLevel: LogLevel;
	/** Tokens of an outside issuer are taken where one of the two is set. */
	readonly jwt: JwtSettings | null;
	/** Whether /debug is there also in production. */
	readonly debugClient: boolean;
}

export interface JwtSettings {
	/** HS256. */
	readonly secret: string | undefined;
	readonly jwksUrl: string | undefined;
	readonly issuer: string | undefined;
	readonly audience: string | undefined;
}

/** A setting is wrong. The message names it and what is allowed, but not what it was: it may be a secret. */
export class SettingsError extends Error {
	override readonly name = 'SettingsError';
	constructor(readonly settings: readonly string[]) {
		super(settings.join('\n'));
	}
}

/** Throws a SettingsError naming every wrong setting. An empty one counts as not set. */
export function readEnv(source: Record<string, string | undefined> = process.env): Env {
	const set = Object.fromEntries(
		Object.keys(Settings.shape).map((name) => [name, source[name]?.trim() || undefined]),
	);
	const parsed = Settings.safeParse(set);
	if (!parsed.success)
		throw new SettingsError(
			parsed.error.issues.map((issue) => `${issue.path.join('.')} must be ${issue.message}.`),
		);
	const settings = parsed.data;
	return {
		port: settings.PORT,
		host: settings.HOST,
		origin: settings.ORIGIN === undefined ? undefined : new URL(settings.ORIGIN).origin,
		dataDir: settings.DATA_DIR,
		databaseUrl: settings.DATABASE_URL,
		redisUrl: settings.REDIS_URL,
		isRedisCluster: settings.REDIS_CLUSTER === '1',
		trustProxy: settings.TRUST_PROXY,
		socketsPerAddress: settings.SOCKETS_PER_ADDRESS,
		logLevel: settings.LOG_LEVEL,
		jwt:
			settings.AUTH_JWT_SECRET === undefined && settings.AUTH_JWKS_URL === undefined
				? null
				: {
						secret: settings.AUTH_JWT_SECRET,
						jwksUrl: settings.AUTH_JWKS_URL,
						issuer: settings.AUTH_JWT_ISSUER,
						audience: settings.AUTH_JWT_AUDIENCE,
					},
		debugClient: settings.DEBUG_CLIENT === '1',
	};
}

const Settings = z.object({
	PORT: wholeNumber(65_535, 'a port number from 0 to 65535').default(3000),
	HOST: z
		.string()
		.regex(/^[\w.:%-]+$/, 'an address or a host name, such as 127.0.0.1')
		.optional(),
	ORIGIN: z
		.string()
		.refine(isOrigin, 'an http or https address without a path, such as https://meetup.example')
		.optional(),
	DATA_DIR: z.string().default('./data'),
	DATABASE_URL: address(
		['postgres:', 'postgresql:'],
		'a PostgreSQL address, such as postgres://user:password@host:5432/meetup',
	),
	REDIS_URL: address(['redis:', 'rediss:'], 'a Redis address, such as redis://host:6379'),
	REDIS_CLUSTER: z.enum(['0', '1'], '0 or 1').default('0'),
	TRUST_PROXY: wholeNumber(10, 'the number of proxies in front of MeetUp, from 0 to 10').default(0),
	SOCKETS_PER_ADDRESS: wholeNumber(
		99_999,
		'the number of sockets one address may have, from 1 to 99999',
		1,
	).default(500),
	LOG_LEVEL: z.enum(LOG_LEVELS, `one of ${LOG_LEVELS.join(', ')}`).default('info'),
	AUTH_JWT_SECRET: z.string().min(32, 'a secret of 32 characters or more').optional(),
	AUTH_JWKS_URL: address(
		['https:', 'http:'],
		'the address of a key set, such as https://issuer.example/.well-known/jwks.json',
	),
	AUTH_JWT_ISSUER: z.string().optional(),
	AUTH_JWT_AUDIENCE: z.string().optional(),
	DEBUG_CLIENT: z.enum(['0', '1'], '0 or 1').default('0'),
});

function wholeNumber(max: number, allowed: string, min = 0) {
	return z
		.string()
		.regex(/^\d{1,5}$/, allowed)
		.transform(Number)
		.refine((value) => value >= min && value <= max, allowed);
}

function address(schemes: readonly string[], allowed: string) {
	return z
		.string()
		.refine((text) => URL.canParse(text) && schemes.includes(new URL(text).protocol), allowed)
		.optional();
}

function isOrigin(text: string): boolean {
	if (!URL.canParse(text)) return false;
	const { protocol, href, origin } = new URL(text);
	return ['http:', 'https:'].includes(protocol) && href === `${origin}/`;
}
