import { build } from 'esbuild';
import { HumphreyError } from '../shared/errors.ts';

/** One script or style sheet with everything it imports, minified, as text. `file` is an absolute path. */
export async function bundlePage(file: string): Promise<string> {
  const result = await build({
    entryPoints: [file],
    bundle: true,
    write: false,
    minify: true,
    format: 'iife',
    target: 'es2022',
    // light-dark() and nesting stay as written: Outlook's browsers know them.
    supported: { nesting: true },
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'none',
    logLevel: 'silent',
  });
  const output = result.outputFiles[0];
  if (!output) throw new HumphreyError('internal-error', `The page ${file} could not be built.`);
  return output.text;
}
