import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

export default defineConfig(
  // traces/record is a project of its own: its types are not there after `npm ci` at the root. AssemblyScript is not TypeScript.
  globalIgnores([
    '**/node_modules/',
    'dist/',
    'coverage/',
    'reports/',
    'traces/record/',
    'src/machine/kernel/assembly/',
  ]),
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      eqeqeq: 'error',
      'max-lines': ['error', 400],
      '@typescript-eslint/consistent-type-imports': 'error',
      // Under noUncheckedIndexedAccess every element of a typed array is `number | undefined`, also inside
      // its bounds: inner loops say `values[i]!` where a check would cost a branch per element.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // `cycles['total']` says that the key of a record may be absent.
      '@typescript-eslint/dot-notation': ['error', { allowIndexSignaturePropertyAccess: true }],
    },
  },
  {
    // The library never prints and never exits; the command line does.
    files: ['src/**'],
    ignores: ['src/cli/**'],
    rules: {
      'no-console': 'error',
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'exit', message: 'Throw; src/cli turns errors into exit codes.' },
        { object: 'process', property: 'exitCode', message: 'Throw; src/cli turns errors into exit codes.' },
        { object: 'process', property: 'stdout', message: 'Return the text; src/cli prints it.' },
        { object: 'process', property: 'stderr', message: 'Return the text; src/cli prints it.' },
      ],
    },
  },
  // Most interfaces here are objects of pure functions: tests take them apart freely.
  { files: ['test/**'], rules: { '@typescript-eslint/unbound-method': 'off' } },
  // Published tables are as long as they are.
  { files: ['src/cost/data/**'], rules: { 'max-lines': 'off' } },
  { files: ['**/*.js'], extends: [tseslint.configs.disableTypeChecked] },
);
