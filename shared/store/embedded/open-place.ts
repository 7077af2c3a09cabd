import { createHash } from 'node:crypto';
import { chmod, cp, lstat, mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { HumphreyError } from '../../errors.ts';
import { hasCode } from '../has-code.ts';
import { binariesIn, type Binaries } from './find-binaries.ts';
import { isReachable, prepareFolder, type ServerAccount } from './server-account.ts';

/** Survives a restart of the machine, and every user can pass through it. */
const OPEN_FOLDER = '/var/tmp';

export interface Place {
  folder: string;
  binaries: Binaries;
  account: ServerAccount | undefined;
}

/**
 * The folder and the programs as they are, or, where Humphrey runs as root from a folder that is closed to others (a clone under
 * /root), copies in a folder of root's own under /var/tmp: PostgreSQL runs as another user, who could not get at the originals.
 */
export async function openPlace(place: Place): Promise<Place> {
  const { account, folder, binaries } = place;
  if (!account) return place;
  const reachable = { folder: await isReachable(account, folder), binaries: await isReachable(account, binaries.postgres) };
  if (reachable.folder && reachable.binaries) return place;
  const base = standInOf(folder);
  await makeOwn(base);
  const opened = reachable.folder ? folder : join(base, 'database');
  return {
    binaries: reachable.binaries ? binaries : await copyBinaries(binaries, base),
    folder: opened,
    account: reachable.folder ? account : await prepareFolder(opened),
  };
}

/** Where copies of a closed folder's database and programs are. */
export function standInOf(folder: string): string {
  return join(OPEN_FOLDER, `humphrey-${createHash('sha256').update(folder).digest('hex').slice(0, 12)}`);
}

/** Root's own folder, open to pass through; one that somebody else made there first is not used. */
async function makeOwn(base: string): Promise<void> {
  try {
    await mkdir(base);
    await chmod(base, 0o755);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
    const found = await lstat(base);
    if (found.isDirectory() && found.uid === 0 && (found.mode & 0o022) === 0) return;
    throw new HumphreyError(
      'store-unavailable',
      `${base} belongs to somebody else, and Humphrey needs it for its database. Remove it, start Humphrey as an ordinary user, or set DATABASE_URL to a PostgreSQL server.`,
      { cause: error },
    );
  }
}

async function copyBinaries(binaries: Binaries, base: string): Promise<Binaries> {
  const native = dirname(dirname(binaries.postgres));
  const copy = join(base, 'programs');
  try {
    await lstat(copy);
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
    // Under another name first: half a copy must not pass for a whole one.
    const unfinished = `${copy}.${process.pid}`;
    await cp(native, unfinished, { recursive: true, verbatimSymlinks: true });
    await rename(unfinished, copy).catch(async (again: unknown) => {
      await rm(unfinished, { recursive: true, force: true });
      // Another process was first.
      if (!hasCode(again, 'ENOTEMPTY') && !hasCode(again, 'EEXIST')) throw again;
    });
  }
  return binariesIn(copy);
}
