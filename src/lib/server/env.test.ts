import { expect, test } from 'vitest';
import { readEnv, SettingsError } from './env';

test('without any setting everything has a default that works on one machine', () => {
	expect(readEnv({})).toEqual({
		port: 3000,
		host: undefined,
		origin: undefined,
		dataDir: './data',
		databaseUrl: undefined,
		redisUrl: undefined,
		isRedisCluster: false,
		trustProxy: 0,
		socketsPerAddress: 500,
		logLevel: 'info',
		jwt: null,
		debugClient: false,
	});
});

test('every setting is read', () => {
	expect(
		readEnv({
			PORT: '8080',
			HOST: '127.0.0.1',
			ORIGIN: 'https://Meetup.example/',
			DATA_DIR: '/var/lib/meetup',
			DATABASE_URL: 'postgres://meetup:secret@db:5432/meetup',
			REDIS_URL: 'rediss://cache:6380',
			REDIS_CLUSTER: '1',
			TRUST_PROXY: '2',
			SOCKETS_PER_ADDRESS: '20000',
			LOG_LEVEL: 'debug',
			AUTH_JWT_SECRET: 's'.repeat(32),
			AUTH_JWKS_URL: 'https://issuer.example/keys.json',
			AUTH_JWT_ISSUER: 'https://issuer.example/',
			AUTH_JWT_AUDIENCE: 'meetup',
			DEBUG_CLIENT: '1',
		}),
	).toEqual({
		port: 8080,
		host: '127.0.0.1',
		origin: 'https://meetup.example',
		dataDir: '/var/lib/meetup',
		databaseUrl: 'postgres://meetup:secret@db:5432/meetup',
		redisUrl: 'rediss://cache:6380',
		isRedisCluster: true,
		trustProxy: 2,
		socketsPerAddress: 20_000,
		logLevel: 'debug',
		jwt: {
			secret: 's'.repeat(32),
			jwksUrl: 'https://issuer.example/keys.json',
			issuer: 'https://issuer.example/',
			audience: 'meetup',
		},
		debugClient: true,
	});
});

test.each([
	{ AUTH_JWT_SECRET: 's'.repeat(32) },
	{ AUTH_JWKS_URL: 'http://localhost:8080/keys.json' },
])('tokens of others are taken with a secret or with keys: %j', (settings) => {
	expect(readEnv(settings).jwt).toMatchObject({ issuer: undefined, audience: undefined });
});

test('whom tokens must come from says nothing while none are taken', () => {
	expect(readEnv({ AUTH_JWT_ISSUER: 'x', AUTH_JWT_AUDIENCE: 'y' }).jwt).toBeNull();
});

test('an empty setting counts as none, and blanks around one do not matter', () => {
	expect(readEnv({ PORT: '', DATABASE_URL: ' ', HOST: ' ::1 ' })).toMatchObject({
		port: 3000,
		databaseUrl: undefined,
		host: '::1',
	});
});

test.each([
	['PORT', 'abc', 'a port number from 0 to 65535'],
	['PORT', '65536', 'a port number from 0 to 65535'],
	['PORT', '-1', 'a port number from 0 to 65535'],
	['PORT', '3e3', 'a port number from 0 to 65535'],
	['HOST', 'http://x/', 'an address or a host name'],
	['ORIGIN', 'meetup.example', 'without a path'],
	['ORIGIN', 'https://meetup.example/app', 'without a path'],
	['ORIGIN', 'https://ana:hunter2@meetup.example', 'without a path'],
	['ORIGIN', 'ftp://meetup.example', 'http or https'],
	['DATABASE_URL', 'mysql://root:hunter2@db/x', 'a PostgreSQL address'],
	['DATABASE_URL', 'hunter2', 'a PostgreSQL address'],
	['REDIS_URL', 'http://:hunter2@cache', 'a Redis address'],
	['TRUST_PROXY', 'true', 'the number of proxies'],
	['TRUST_PROXY', '11', 'from 0 to 10'],
	['SOCKETS_PER_ADDRESS', '0', 'from 1 to 99999'],
	['SOCKETS_PER_ADDRESS', '1e9', 'the number of sockets'],
	['LOG_LEVEL', 'loud', 'one of fatal, error, warn, info, debug, trace, silent'],
	['AUTH_JWT_SECRET', 'hunter2', 'a secret of 32 characters or more'],
	['AUTH_JWKS_URL', 'file:///hunter2', 'the address of a key set'],
	['AUTH_JWKS_URL', 'hunter2', 'the address of a key set'],
	['DEBUG_CLIENT', 'yes', '0 or 1'],
])(
	'%s=%s is refused with its name and what is allowed, not with its value',
	(name, value, allowed) => {
		const read = () => readEnv({ [name]: value });
		expect(read).toThrow(SettingsError);
		expect(read).toThrow(`${name} must be `);
		expect(read).toThrow(allowed);
		expect(read).not.toThrow(/hunter2/);
	},
);

test('all that is wrong is said at once', () => {
	expect(() => readEnv({ PORT: 'x', LOG_LEVEL: 'y' })).toThrow(/PORT must be.*\nLOG_LEVEL must be/);
});
