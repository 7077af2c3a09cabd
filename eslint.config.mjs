import js from '@eslint/js';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['node_modules/', 'package/', '.humphrey/', 'tests/fixtures/'] },
  js.configs.recommended,
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // Numbers and booleans in template strings are how limits and counts reach a person's sentence.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      'no-empty': ['error', { allowEmptyCatch: false }],
      // The environment is read once, in bot/config.ts.
      'no-restricted-properties': ['error', { object: 'process', property: 'env', message: 'Read the environment in bot/config.ts only.' }],
    },
  },
  { files: ['bot/config.ts', 'bot/index.ts', 'tests/**'], rules: { 'no-restricted-properties': 'off' } },
  {
    // Control characters and joiners are this file's subject.
    files: ['shared/trust/code-points.ts'],
    rules: { 'no-control-regex': 'off', 'no-misleading-character-class': 'off' },
  },
  {
    files: ['**/*.mjs', '**/*.cjs'],
    languageOptions: { globals: { console: 'readonly', process: 'readonly', module: 'writable', URL: 'readonly', setTimeout: 'readonly' } },
  },
);
