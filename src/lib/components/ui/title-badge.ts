/** "(2) Friends · MeetUp": how many wait, in front of a title that has at most one such badge. */
export function badgedTitle(title: string, count: number): string {
	const bare = title.replace(/^\(\d+\) /, '');
	return count > 0 ? `(${count}) ${bare}` : bare;
}
