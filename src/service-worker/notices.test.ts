import { expect, test } from 'vitest';
import { noticeOf, ownPath } from './notices';

const pushed = (kind: unknown, path: unknown) => noticeOf(JSON.stringify({ kind, path }));

test.each(['request_received', 'request_accepted', 'friend_joined'])(
	'%s has words of its own, and a newer one takes the place of the older',
	(kind) => {
		const notice = pushed(kind, '/requests');
		expect(notice).toMatchObject({ title: 'MeetUp', tag: kind, path: '/requests' });
		expect(notice.body).not.toBe(pushed('x', '/').body);
	},
);

test.each([undefined, '', '{', 'null', '[]', '7', '{"kind":{}}', '{"kind":"of tomorrow"}'])(
	'%j is shown all the same: something is new',
	(text) => {
		expect(noticeOf(text)).toEqual({
			title: 'MeetUp',
			body: 'There is something new for you.',
			tag: 'news',
			path: '/',
		});
	},
);

test.each([
	['/requests', '/requests'],
	['/meet/1?a=b', '/meet/1?a=b'],
	['/', '/'],
	['//evil.example', '/'],
	['/\\evil.example', '/'],
	['/a\\b', '/'],
	['/\t/evil.example', '/'],
	['https://evil.example', '/'],
	['javascript:alert(1)', '/'],
	['requests', '/'],
	['', '/'],
	[null, '/'],
	[7, '/'],
])('a tap on a notice for %j opens %s', (path, opened) => {
	expect(ownPath(path)).toBe(opened);
	expect(new URL(ownPath(path), 'https://meet.example').origin).toBe('https://meet.example');
});
