import { afterEach, expect, test, vi } from 'vitest';
import { browserPage, type PageEvent } from './page-life';

afterEach(() => void vi.unstubAllGlobals());

test('a tap or a key is told as touched, until nobody listens any more', () => {
	const window = new EventTarget();
	vi.stubGlobal('window', window);
	vi.stubGlobal('document', new EventTarget());
	const events: PageEvent[] = [];
	const cancel = browserPage().listen((event) => events.push(event));
	window.dispatchEvent(new Event('pointerup'));
	window.dispatchEvent(new Event('keydown'));
	cancel();
	window.dispatchEvent(new Event('keydown'));
	expect(events).toEqual(['touched', 'touched']);
});
