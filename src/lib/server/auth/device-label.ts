import Bowser from 'bowser';

const LABEL_MAX = 60;
/** No browser says more; what does is not worth the time of a parser full of patterns. */
const USER_AGENT_MAX = 512;

/** "Chrome on Android": enough to recognise a device of one's own by. Empty where nothing is known. */
export function deviceLabel(userAgent: string | null | undefined): string {
	if (!userAgent || userAgent.length > USER_AGENT_MAX) return '';
	const { browser, os } = Bowser.parse(userAgent);
	return [browser.name, os.name]
		.flatMap((name) => name?.replace(/\p{Cc}/gu, '').trim() || [])
		.join(' on ')
		.slice(0, LABEL_MAX);
}
