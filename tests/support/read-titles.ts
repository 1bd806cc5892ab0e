import ts from 'typescript';
import type { Source } from './read-source';

export interface Title {
	readonly path: string;
	/** Of a test, or of a group of them. */
	readonly kind: 'test' | 'group';
	/** Up to the first part that only the run knows. */
	readonly text: string;
}

/** What calls each of these, also by `.each`, `.only.for` and the like, gives a test or a group its name. */
const CALLS: Readonly<Record<string, Title['kind']>> = {
	test: 'test',
	it: 'test',
	describe: 'group',
};

/** The names of all tests in a file, from its syntax: a name in a comment or in a string is none. */
export function readTitles({ path, text }: Source): Title[] {
	const titles: Title[] = [];
	const visit = (node: ts.Node): void => {
		if (ts.isCallExpression(node)) {
			const kind = CALLS[calledName(node.expression)];
			if (kind !== undefined && node.arguments.length > 1)
				for (const title of titlesOf(node)) titles.push({ path, kind, text: title });
		}
		ts.forEachChild(node, visit);
	};
	visit(ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TS));
	return titles;
}

/** `test`, `test.each(…)`, `test.each<…>(…)`, `test.skipIf(…).for(…)`: the name it all begins with. */
function calledName(node: ts.Expression): string {
	if (ts.isIdentifier(node)) return node.text;
	if (ts.isCallExpression(node) || ts.isPropertyAccessExpression(node))
		return calledName(node.expression);
	return '';
}

/** Where a table gives the beginning of the name, as many as it has rows. */
function titlesOf({ arguments: [name], expression: called }: ts.CallExpression): string[] {
	const title = name && textOf(name);
	if (title == null) return [];
	const table = ts.isCallExpression(called) ? called.arguments[0] : undefined;
	if (!title.startsWith('%s') || !table || !ts.isArrayLiteralExpression(table)) return [title];
	return table.elements.flatMap((row) => {
		const first = ts.isArrayLiteralExpression(row) ? row.elements[0] : row;
		const word = first && textOf(first);
		return word == null ? [] : [title.replace('%s', () => word)];
	});
}

function textOf(node: ts.Expression): string | null {
	if (ts.isStringLiteralLike(node)) return node.text;
	return ts.isTemplateExpression(node) ? node.head.text : null;
}
