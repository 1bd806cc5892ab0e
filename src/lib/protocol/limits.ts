/** The numbers of the wire. `welcome.limits` tells clients the ones they need. */
export const WIRE_LIMITS = {
	protocol: 1,
	/** A longer text frame is refused with INVALID_PAYLOAD. */
	frameMaxBytes: 4 * 1024,
	/** A longer frame closes the socket with 1009. */
	frameHardMaxBytes: 64 * 1024,
	/** Token bucket of one participant: fixes, and apart from them everything else. */
	updatesPerS: 10,
	updatesBurst: 10,
	/** So many frames that can't be read, in so many milliseconds, close the socket with 4400. */
	badFramesMax: 50,
	badFramesWindowMs: 10_000,
	/** So many frames over the rate, pings and pongs, in the same time, do too. */
	floodFramesMax: 500,
	/** A message in more fragments, or a frame in more pieces of what TCP brings, closes it with 1008. */
	fragmentsMax: 64,
	piecesMax: 256,
	/** An upgrade is answered within this time, and welcome follows within that: or it is an end. */
	judgeMs: 5_000,
	welcomeMs: 10_000,
	heartbeatMs: 25_000,
	heartbeatsMissedMax: 2,
	/** So long after the last one of them a peer is dead. */
	pongMs: 5_000,
	/** Over so long the goodbyes before a restart are spread. */
	restartMs: 3_000,
	/** A socket may be gone this long before its person is called offline. */
	presenceGraceMs: 5_000,
	/** Sockets of one person on one server: so many open pages, and so many meetings, are enough. */
	inboxesPerPerson: 10,
	meetingSocketsPerPerson: 20,
	/** Unsent bytes of one socket before it is closed with 1013. */
	outboxMaxBytes: 256 * 1024,
} as const;
