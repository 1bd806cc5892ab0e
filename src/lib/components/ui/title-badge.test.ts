import { expect, test } from 'vitest';
import { badgedTitle } from './title-badge';

test.each([
	['Friends · MeetUp', 2, '(2) Friends · MeetUp'],
	['(2) Friends · MeetUp', 3, '(3) Friends · MeetUp'],
	['(3) Friends · MeetUp', 0, 'Friends · MeetUp'],
	['Friends · MeetUp', 0, 'Friends · MeetUp'],
	['(soon) Friends', 1, '(1) (soon) Friends'],
])('the title "%s" with %d open requests reads "%s"', (title, count, wanted) => {
	expect(badgedTitle(title, count)).toBe(wanted);
});
