import ts from 'typescript';

export interface Import {
  /** As written; undefined for an `import()` of something computed. */
  readonly specifier: string | undefined;
  /** `import type`, `export type` or `import('…').Name`: gone at run time. */
  readonly typeOnly: boolean;
  readonly line: number;
}

export interface NameTest {
  readonly name: string;
  readonly line: number;
}

function parse(path: string, text: string): ts.SourceFile {
  return ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
}

function visit(node: ts.Node, look: (node: ts.Node) => void): void {
  look(node);
  node.forEachChild((child) => {
    visit(child, look);
  });
}

function lineOf(file: ts.SourceFile, node: ts.Node): number {
  return file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1;
}

function literal(node: ts.Node | undefined): string | undefined {
  return node !== undefined && ts.isStringLiteralLike(node) ? node.text : undefined;
}

function isModuleUrl(node: ts.NewExpression): boolean {
  const [path, base] = node.arguments ?? [];
  return base?.getText() === 'import.meta.url' && /\.[jt]s$/.test(literal(path) ?? '');
}

/** What a file depends on: imports, re-exports, `import()`, `require()`, import types and `new URL('./x.js', import.meta.url)`. */
export function importsOf(path: string, text: string): Import[] {
  const file = parse(path, text);
  const found: Import[] = [];
  visit(file, (node) => {
    const add = (specifier: ts.Node | undefined, typeOnly: boolean): void => {
      found.push({ specifier: literal(specifier), typeOnly, line: lineOf(file, node) });
    };
    if (ts.isImportDeclaration(node)) {
      add(node.moduleSpecifier, node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword);
    } else if (ts.isExportDeclaration(node)) {
      if (node.moduleSpecifier) add(node.moduleSpecifier, node.isTypeOnly);
    } else if (ts.isExternalModuleReference(node)) {
      add(node.expression, false);
    } else if (ts.isImportTypeNode(node)) {
      add(ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined, true);
    } else if (ts.isCallExpression(node)) {
      const { expression } = node;
      const imports = expression.kind === ts.SyntaxKind.ImportKeyword;
      if (imports || (ts.isIdentifier(expression) && expression.text === 'require')) add(node.arguments[0], false);
    } else if (ts.isNewExpression(node) && isModuleUrl(node)) {
      add(node.arguments?.[0], false);
    }
  });
  return found;
}

const comparisons: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.EqualsEqualsToken,
  ts.SyntaxKind.EqualsEqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsToken,
  ts.SyntaxKind.ExclamationEqualsEqualsToken,
]);

/** Where a file compares something with one of these names, or asks whether it begins with one. */
export function nameTests(path: string, text: string, names: ReadonlySet<string>): NameTest[] {
  const file = parse(path, text);
  const found: NameTest[] = [];
  const check = (node: ts.Node): void => {
    const name = literal(node)?.replace(/[:(].*$/, '');
    if (name !== undefined && names.has(name)) found.push({ name, line: lineOf(file, node) });
  };
  visit(file, (node) => {
    if (ts.isBinaryExpression(node) && comparisons.has(node.operatorToken.kind)) {
      check(node.left);
      check(node.right);
    } else if (ts.isCaseClause(node)) {
      check(node.expression);
    } else if (
      ts.isCallExpression(node) &&
      ts.isPropertyAccessExpression(node.expression) &&
      node.expression.name.text === 'startsWith'
    ) {
      node.arguments.forEach(check);
    }
  });
  return found;
}
