// Meetings for it, made as strangers make them: by the API, each pair from an address of its own.

/** @typedef {{ id: string, tokens: [string, string], address: string }} Meeting */

/** So many are made at a time. */
const AT_ONCE = 8;

/** @param {{ port: number }} server */
export function createPeople({ port }) {
	let made = 0;

	/** @returns {Promise<Meeting>} */
	async function meet() {
		const number = ++made;
		const address = `10.${(number >> 16) & 0xff}.${(number >> 8) & 0xff}.${number & 0xff}`;
		const started = await post('sessions', address, { display_name: 'Ana', duration_min: 480 });
		const wish = { display_name: 'Ben', token: started.invite.token };
		const redeemed = await post('invite/redeem', address, wish);
		return { id: started.session.id, tokens: [started.token, redeemed.token], address };
	}

	/**
	 * @param {string} path
	 * @param {string} address
	 * @param {object} body
	 * @returns {Promise<any>}
	 */
	async function post(path, address, body) {
		const response = await fetch(`http://127.0.0.1:${port}/api/v1/${path}`, {
			method: 'POST',
			headers: { 'content-type': 'application/json', 'x-forwarded-for': address },
			body: JSON.stringify(body),
		});
		if (response.ok) return response.json();
		throw new Error(`POST ${path} was answered ${response.status}: ${await response.text()}`);
	}

	return {
		meet,
		/** @param {number} count */
		async meetings(count) {
			/** @type {Meeting[]} */
			const all = [];
			const makeInTurn = async () => {
				for (let left = count; left > 0; left -= AT_ONCE) all.push(await meet());
			};
			await Promise.all(Array.from({ length: Math.min(AT_ONCE, count) }, makeInTurn));
			return all;
		},
	};
}

/** @typedef {ReturnType<typeof createPeople>} People */
