import { describe, expect, it } from 'vitest';
import ts from 'typescript';
import { root } from './sources.js';

const fixture = `${root}test/house/fixture.ts`;

/** Numbers of the errors that the compiler finds in a file of this text, under the project's own options. */
function errorsIn(body: string): number[] {
  const text = [
    `import { add, quantity, type Quantity } from '../../src/core/quantity.js';`,
    `const cycles = quantity<'cycles'>(3);`,
    `const energy = quantity<'pJ'>(5);`,
    body,
    `export { add, cycles, energy, type Quantity };`,
  ].join('\n');
  const { config } = ts.readConfigFile(`${root}tsconfig.json`, (path) => ts.sys.readFile(path)) as {
    config: { compilerOptions: object };
  };
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  const disk = ts.createCompilerHost(options);
  const host: ts.CompilerHost = {
    ...disk,
    fileExists: (path) => path === fixture || disk.fileExists(path),
    readFile: (path) => (path === fixture ? text : disk.readFile(path)),
    getSourceFile: (path, ...rest) =>
      path === fixture ? ts.createSourceFile(path, text, rest[0]) : disk.getSourceFile(path, ...rest),
  };
  const program = ts.createProgram([fixture], { ...options, noUnusedLocals: false }, host);
  return ts.getPreEmitDiagnostics(program).map(({ code }) => code);
}

const notAnArgument = 2345;
const notAssignable = 2322;

describe('the types of physical values', () => {
  it('let like units be added and passed on', () => {
    expect(errorsIn(`const total: Quantity<'cycles'> = add(cycles, cycles);`)).toEqual([]);
  });

  it('do not let cycles be added to picojoules', () => {
    expect(errorsIn(`add(cycles, energy);`)).toEqual([notAnArgument]);
  });

  it('do not let picojoules stand where cycles are asked', () => {
    expect(errorsIn(`const total: Quantity<'cycles'> = energy;`)).toEqual([notAssignable]);
  });

  it('do not let a bare number, or a bare sum of two units, stand where cycles are asked', () => {
    expect(errorsIn(`const total: Quantity<'cycles'> = 3;`)).toEqual([notAssignable]);
    expect(errorsIn(`const total: Quantity<'cycles'> = cycles + energy;`)).toEqual([notAssignable]);
  });
});
