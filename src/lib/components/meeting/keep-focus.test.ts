import { expect, test } from 'vitest';
import { heirOf, type Spot } from './keep-focus';

function spot(name: string, { isConnected = true, has = '', is = '' } = {}) {
	const heading = { name: `the heading of ${name}` } as unknown as HTMLElement;
	return {
		name,
		isConnected,
		matches: (selector: string) => selector === is,
		querySelector: (selector: string) => (has !== '' && selector.includes(has) ? heading : null),
	} satisfies Spot & { name: string };
}

test('the heading of the innermost card that is left takes the focus', () => {
	const gone = spot('the window', { isConnected: false, has: 'h2' });
	const bare = spot('a row');
	const card = spot('the card', { has: 'h1' });
	const page = spot('the page', { has: 'h1' });
	expect(heirOf([gone, bare, card, page])).toMatchObject({ name: 'the heading of the card' });
});

test('a group that takes the focus itself is preferred to a heading far away', () => {
	const badge = spot('the badge', { is: '[tabindex]' });
	const page = spot('the page', { has: 'h1' });
	expect(heirOf([badge, page])).toMatchObject({ name: 'the badge' });
});

test('what is folded away with the panel takes no focus', () => {
	const rest = spot('the rest', { is: '[inert], [inert] *', has: 'h2' });
	const page = spot('the page', { has: 'h1' });
	expect(heirOf([rest, page])).toMatchObject({ name: 'the heading of the page' });
});

test('nowhere to go is no error', () => {
	expect(heirOf([spot('gone', { isConnected: false }), spot('bare')])).toBeNull();
});
