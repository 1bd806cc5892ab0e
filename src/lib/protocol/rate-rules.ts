/** How often somebody may do what: points in so many seconds, per subject (a person, a handle, an address). */
export const RATE_RULES = {
	login_handle: { points: 10, perS: 900 },
	login_address: { points: 30, perS: 900 },
	register: { points: 10, perS: 3_600 },
	guest_redeem: { points: 30, perS: 3_600 },
	/** Meetings started by strangers, each of whom becomes a guest. */
	guest_start: { points: 30, perS: 3_600 },
	request: { points: 5, perS: 60 },
	invite: { points: 10, perS: 60 },
	search: { points: 30, perS: 60 },
	location: { points: 10, perS: 1 },
	/** Whatever else a login changes. */
	change: { points: 60, perS: 60 },
} as const;
export type RateRule = keyof typeof RATE_RULES;
