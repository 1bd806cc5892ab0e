import ts from 'typescript';

export interface Source {
	readonly path: string;
	readonly text: string;
}

/** Every specifier that is imported in any way, and every name that is used. */
export function readSource({ path, text }: Source): { imports: string[]; names: Set<string> } {
	const scripts = path.endsWith('.svelte')
		? [...text.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)].map(([, body]) => body).join('\n')
		: text;
	const imports: string[] = [];
	const names = new Set<string>();
	const visit = (node: ts.Node): void => {
		const specifier = specifierOf(node);
		if (specifier && ts.isStringLiteralLike(specifier)) imports.push(specifier.text);
		if (ts.isIdentifier(node) && !isMember(node)) names.add(node.text);
		if (ts.isPropertyAccessExpression(node)) names.add(node.getText());
		ts.forEachChild(node, visit);
	};
	visit(ts.createSourceFile(path, scripts, ts.ScriptTarget.Latest, true, ts.ScriptKind.TS));
	return { imports, names };
}

function specifierOf(node: ts.Node): ts.Node | undefined {
	if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier;
	if (ts.isImportTypeNode(node))
		return ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined;
	if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
		return node.arguments[0];
	return undefined;
}

/** `x.fetch` and `{ fetch: … }` are names of somebody's member, not of the global. */
function isMember(node: ts.Identifier): boolean {
	const { parent } = node;
	return (
		(ts.isPropertyAccessExpression(parent) && parent.name === node) ||
		(ts.isPropertyAssignment(parent) && parent.name === node) ||
		(ts.isPropertySignature(parent) && parent.name === node)
	);
}
