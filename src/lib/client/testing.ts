import { vi } from 'vitest';
import {
	instant,
	type InboxMessage,
	type Participant,
	type ServerMessage,
	type Session,
	type SharedFix,
	type Welcome,
} from '$lib/protocol';
import { createDeviceMemory, type DeviceMemory, type Drawer } from './device-memory';
import type { GeolocationEnv } from './geolocation-env';
import type { LiveEnv } from './live-env';
import type { PageEvent, PageLife } from './page-life';
import type { WebSocketLike } from './socket-port';
import { systemTime, type Time } from './time';

/** Stand-ins for the browser and the server. Time is vitest's: tests turn its hands themselves. */

export const START_MS = Date.parse('2026-11-24T12:00:00.000Z');
export const MEETING_ID = '6f1e5a52-6c4b-4d55-9d0e-0d6f4c1b2a01';
export const ANA = '0b0e7a5a-2d3c-4a7e-8f52-1f3b5c7d9e01';
export const BEN = '0b0e7a5a-2d3c-4a7e-8f52-1f3b5c7d9e02';

export function testTime(random = 0.5): Time {
	return { ...systemTime, random: () => random };
}

interface Frame {
	readonly type: string;
	readonly payload: Record<string, unknown>;
}

/** Time goes by, and what waits for it happens. */
export async function passMs(ms: number): Promise<void> {
	await vi.advanceTimersByTimeAsync(ms);
}

type Listener = (event: { data: unknown; code: number }) => void;

/** The server's end of every socket that was opened, in order. */
export function fakeSockets() {
	const all: FakeSocket[] = [];
	class FakeSocket implements WebSocketLike {
		readyState = 0;
		readonly frames: Frame[] = [];
		readonly #listeners = new Map<string, Listener[]>();

		constructor(readonly url: string) {
			all.push(this);
		}

		addEventListener(type: string, listener: Listener): void {
			this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener]);
		}

		send(text: string): void {
			const frame: unknown = JSON.parse(text);
			this.frames.push(frame as Frame);
		}

		close(): void {
			this.readyState = 3;
		}

		serve(message: ServerMessage | InboxMessage): void {
			this.readyState = 1;
			this.#emit('message', { data: JSON.stringify(message), code: 0 });
		}

		drop(code = 1006): void {
			this.readyState = 3;
			this.#emit('close', { data: null, code });
		}

		types(): string[] {
			return this.frames.map(({ type }) => type);
		}

		payloads(type: string): Record<string, unknown>[] {
			return this.frames.filter((frame) => frame.type === type).map(({ payload }) => payload);
		}

		#emit(type: string, event: { data: unknown; code: number }): void {
			for (const listener of this.#listeners.get(type) ?? []) listener(event);
		}
	}
	return {
		WebSocket: FakeSocket,
		all,
		get last(): FakeSocket {
			const socket = all.at(-1);
			if (socket === undefined) throw new Error('no socket was opened');
			return socket;
		},
	};
}

export function fakePage() {
	const listeners = new Set<(event: PageEvent) => void>();
	let visible = true;
	let online = true;
	const page: PageLife = {
		isVisible: () => visible,
		isOnline: () => online,
		listen(listener) {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
	};
	return {
		...page,
		emit(event: PageEvent): void {
			if (event === 'visible' || event === 'hidden') visible = event === 'visible';
			if (event === 'online' || event === 'offline') online = event === 'online';
			for (const listener of [...listeners]) listener(event);
		},
	};
}

export function fakeGeolocation(time: Time) {
	const watches = new Map<number, { success: PositionCallback; error: PositionErrorCallback }>();
	const asked: { success: PositionCallback; error: PositionErrorCallback }[] = [];
	let nextId = 1;
	const device = {
		permission: 'prompt' as PermissionState | null,
		watches,
		asked,
		watchesEver: () => nextId - 1,
		position: (
			coords: Partial<GeolocationCoordinates>,
			timestamp = Date.now(),
		): GeolocationPosition => {
			const full = {
				latitude: 48,
				longitude: 11,
				accuracy: 10,
				altitude: null,
				altitudeAccuracy: null,
				heading: null,
				speed: null,
				...coords,
			};
			return {
				timestamp,
				coords: { ...full, toJSON: () => full },
				toJSON: () => null,
			};
		},
		give(coords: Partial<GeolocationCoordinates>, timestamp = Date.now()): void {
			for (const { success } of [...watches.values()]) success(device.position(coords, timestamp));
		},
		fail(code: number): void {
			for (const { error } of [...watches.values()]) error(positionError(code));
		},
		env: {
			time,
			isSecure: true,
			permission: (): Promise<PermissionState | null> => Promise.resolve(device.permission),
			geolocation: {
				watchPosition(success, error) {
					watches.set(nextId, { success, error: error ?? (() => undefined) });
					return nextId++;
				},
				clearWatch: (id) => void watches.delete(id),
				getCurrentPosition: (success, error) =>
					void asked.push({ success, error: error ?? (() => undefined) }),
			},
		} satisfies GeolocationEnv,
	};
	return device;
}

export function positionError(code: number): GeolocationPositionError {
	return { code, message: '', PERMISSION_DENIED: 1, POSITION_UNAVAILABLE: 2, TIMEOUT: 3 };
}

export function fakeDrawer(): Drawer & { readonly kept: Map<string, string> } {
	const kept = new Map<string, string>();
	return {
		kept,
		getItem: (key) => kept.get(key) ?? null,
		setItem: (key, value) => void kept.set(key, value),
		removeItem: (key) => void kept.delete(key),
	};
}

export function fakeMemory(): DeviceMemory {
	return createDeviceMemory(fakeDrawer(), fakeDrawer());
}

/** Answers by the path after `/api/v1/`, as the server would; everything else is no network. */
export function fakeFetch(answers: Record<string, () => Response> = {}) {
	const calls: { path: string; init: RequestInit | undefined }[] = [];
	const fetch = vi.fn((input: RequestInfo | URL, init?: RequestInit) => {
		const url = input instanceof Request ? input.url : input.toString();
		const path = `${init?.method ?? 'GET'} ${url.replace(/^.*\/api\/v1\//, '')}`;
		calls.push({ path, init });
		const answer = answers[path];
		return answer ? Promise.resolve(answer()) : Promise.reject(new TypeError('Failed to fetch'));
	});
	return { fetch, calls, answers };
}

export function problemResponse(status: number, code: string): Response {
	const body = { type: 'about:blank', title: code, status, detail: code, code };
	return Response.json(body, { status });
}

/** A whole browser, made of the above. */
export function fakeBrowser() {
	const time = testTime();
	const sockets = fakeSockets();
	const page = fakePage();
	const device = fakeGeolocation(time);
	const memory = fakeMemory();
	const net = fakeFetch();
	const env: LiveEnv = {
		origin: 'https://meet.example',
		WebSocket: sockets.WebSocket,
		fetch: net.fetch,
		time,
		page,
		geolocation: device.env,
		wakeLock: null,
		memory,
	};
	return { env, time, sockets, page, device, memory, net };
}

export function session(changes: Partial<Session> = {}): Session {
	return {
		id: MEETING_ID,
		status: 'ACTIVE',
		created_at: instant(START_MS),
		expires_at: instant(START_MS + 3_600_000),
		ended_at: null,
		end_reason: null,
		destination: null,
		...changes,
	};
}

export function participant(id: string, changes: Partial<Participant> = {}): Participant {
	return {
		user_id: id,
		display_name: id === ANA ? 'Ana' : 'Ben',
		presence: 'online',
		sharing: 'live',
		last_seen: null,
		route_mode: null,
		...changes,
	};
}

/** Ana's welcome in a meeting with Ben, at this moment of the test's time. */
export function welcome(changes: Partial<Welcome> = {}): Welcome {
	return {
		protocol: 1,
		server_time: instant(Date.now()),
		session: session(),
		self: { user_id: ANA },
		participants: [participant(ANA), participant(BEN)],
		locations: {},
		im_here: null,
		limits: { updates_per_s: 10, updates_burst: 10, frame_max_bytes: 4096, heartbeat_s: 25 },
		...changes,
	};
}

export function sharedFixAt(lat: number, lon: number, atMs = Date.now()): SharedFix {
	return {
		lat,
		lon,
		accuracy_m: 10,
		timestamp: instant(atMs),
		server_time: instant(atMs),
	};
}
