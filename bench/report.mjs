// The table: every figure beside what it is measured against, and beside its goal.

/**
 * @typedef {object} Row
 * @property {string} figure
 * @property {number} [reference]
 * @property {number} [measured]
 * @property {number} [ratio]
 * @property {number} [most] the goal for what was measured
 * @property {number} [least] the same, where more is better
 * @property {number} [mostRatio] the goal for the ratio
 * @property {string} [unit]
 */

/**
 * @typedef {object} Section
 * @property {string} title
 * @property {[string, string]} sides what it is measured against, and what is measured
 * @property {Row[]} rows
 * @property {string[]} notes
 * @property {unknown} raw every round, for `--json`
 */

/** Null for what has no goal. */
export function isMet(/** @type {Row} */ { measured, ratio, most, least, mostRatio }) {
	const verdicts = [
		most === undefined || measured === undefined ? null : measured <= most,
		least === undefined || measured === undefined ? null : measured >= least,
		mostRatio === undefined || ratio === undefined ? null : ratio <= mostRatio,
	].filter((verdict) => verdict !== null);
	return verdicts.length === 0 ? null : verdicts.every(Boolean);
}

/** @param {Section} section */
export function printed({ title, sides, rows, notes }) {
	const lines = rows.map((row) => [
		row.figure,
		...[number(row.reference, row.unit), number(row.measured, row.unit), times(row.ratio)],
		...[goal(row), { true: 'met', false: 'NOT MET', null: '' }[String(isMet(row))] ?? ''],
	]);
	return [
		`\n${title}\n`,
		...columns([['', ...sides, 'ratio', 'goal', ''], ...lines]),
		...notes.map((note) => `  ${note}`),
	].join('\n');
}

/** @param {Row} row */
function goal({ most, least, mostRatio, unit }) {
	return [
		...(most === undefined ? [] : [`≤ ${most} ${unit ?? ''}`.trim()]),
		...(least === undefined ? [] : [`≥ ${least} ${unit ?? ''}`.trim()]),
		...(mostRatio === undefined ? [] : [`≤ ${mostRatio} ×`]),
	].join(', ');
}

/**
 * @param {number | undefined} value
 * @param {string} [unit]
 */
function number(value, unit = '') {
	if (value === undefined) return '';
	const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
	return `${value.toFixed(digits)} ${unit}`.trim();
}

function times(/** @type {number | undefined} */ ratio) {
	return ratio === undefined ? '' : `${ratio.toFixed(2)} ×`;
}

/** @param {readonly string[][]} lines */
function columns(lines) {
	const widths = (lines[0] ?? []).map((_, column) =>
		Math.max(...lines.map((line) => (line[column] ?? '').length)),
	);
	return lines.map((line) =>
		line
			.map((cell, column) =>
				column === 0 || column > 3
					? cell.padEnd(widths[column] ?? 0)
					: cell.padStart(widths[column] ?? 0),
			)
			.join('  ')
			.trimEnd(),
	);
}
