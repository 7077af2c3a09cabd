import { createRequire } from 'node:module';
import { readFile } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';

/** Where the demo serves office.js from: npm's copy, so that it works with no internet. */
export const DEMO_OFFICE_JS = '/demo/office-js/';

/** A file of npm's office.js by the address under which the demo serves it; undefined when there is none. */
export async function readOfficeJs(pathname: string): Promise<Buffer | undefined> {
  const folder = join(dirname(createRequire(import.meta.url).resolve('@microsoft/office-js/package.json')), 'dist') + sep;
  const name = pathname.slice(DEMO_OFFICE_JS.length);
  // Plain names only: no way out of the folder, no encoded surprises.
  if (!/^(?:[A-Za-z0-9-]+\/)*[A-Za-z0-9_.-]+\.js$/.test(name) || name.includes('..')) return undefined;
  const file = join(folder, name);
  if (!file.startsWith(folder)) return undefined;
  return readFile(file).catch(() => undefined);
}
