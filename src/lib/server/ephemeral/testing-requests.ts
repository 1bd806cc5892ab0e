import { AsyncLocalStorage } from 'node:async_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** As SvelteKit does it: everything that a request sets going can ask which request it is. */
const requests = new AsyncLocalStorage<object>();

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** What the work of one request costs: whether the request can be collected once it is answered. */
export async function isForgotten(work: () => unknown): Promise<boolean> {
	const request = await answer(work);
	// More than once: what is only reachable by something that is collected now goes the next time.
	for (let round = 0; round < 20 && request.deref() !== undefined; round++) {
		await new Promise((resolve) => setImmediate(resolve));
		collectGarbage();
	}
	return request.deref() === undefined;
}

/** Apart, so that no frame of the stack above holds on to the request. */
async function answer(work: () => unknown): Promise<WeakRef<object>> {
	const request = { body: new Uint8Array(24 * 1024) };
	await requests.run(request, async () => {
		await work();
	});
	return new WeakRef(request);
}
