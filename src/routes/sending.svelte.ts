import type { ActionResult, SubmitFunction } from '@sveltejs/kit';

type Answer = Record<string, unknown>;

/** One form being sent: shows that it is under way, and keeps what was typed where it fails. */
export class Sending<Failure extends Answer | undefined = Answer> {
	isBusy = $state(false);
	/** Set where the answer never came: the code of the sentence to say instead. */
	brokenBy = $state<string | null>(null);

	/** `onanswer` hears of every answer before the page does. `handled`: the page need not hear of it. */
	constructor(
		private readonly onanswer: (
			result: ActionResult<Answer | undefined, Failure | undefined>,
		) => 'handled' | undefined = () => undefined,
	) {}

	readonly submit: SubmitFunction<Answer | undefined, Failure> = ({ cancel }) => {
		if (this.isBusy) {
			cancel();
			return;
		}
		this.isBusy = true;
		this.brokenBy = null;
		return async ({ result, update }) => {
			if (result.type === 'error')
				this.brokenBy = result.status === undefined ? 'NETWORK' : 'UNAVAILABLE';
			else if (this.onanswer(result) !== 'handled') await update({ reset: false });
			this.isBusy = false;
		};
	};
}
