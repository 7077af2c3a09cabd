import { randomBytes } from 'node:crypto';
import { chown, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HumphreyError } from '../../errors.ts';
import { hasCode } from '../has-code.ts';
import { readSecretFile } from '../secret-file.ts';
import type { Binaries } from './find-binaries.ts';
import { lockFile, type ProcessLock } from './process-lock.ts';
import type { ServerAccount } from './server-account.ts';

/** What this version of the package can read; another major version's files need a dump and a restore. */
const MAJOR_VERSION = '18';
/** Another process of ours may be making the first data, or recovering after a crash. */
const LOCK_MILLISECONDS = 180_000;

/** Where a server lives and as whom. */
export interface ServerPlace {
  binaries: Binaries;
  account: ServerAccount | undefined;
  /** Holds `data`, `password`, `port`, `server.log` and the two locks. */
  folder: string;
}

export function dataFolderOf(place: ServerPlace): string {
  return join(place.folder, 'data');
}

/** Whether the database was made already. Throws store-unavailable where another major version made it. */
export async function hasData(place: ServerPlace): Promise<boolean> {
  const version = await readIfThere(join(dataFolderOf(place), 'PG_VERSION'));
  if (version === undefined) return false;
  if (version.trim() === MAJOR_VERSION) return true;
  throw new HumphreyError(
    'store-unavailable',
    `The database in ${place.folder} was made by PostgreSQL ${version.trim()}, and this Humphrey brings version ${MAJOR_VERSION}. Move it over with pg_dump and pg_restore, or start the Humphrey that made it.`,
  );
}

/** The owner's password, made the first time. It is safe in an address: base64url. */
export async function readPassword(place: ServerPlace): Promise<string> {
  const path = join(place.folder, 'password');
  if ((await hasData(place)) && (await readIfThere(path)) === undefined) {
    throw new HumphreyError(
      'store-unavailable',
      `The database in ${place.folder} is there, but its password file ${path} is not. Put it back from a copy, or move the folder away to begin with an empty database.`,
    );
  }
  const password = await readSecretFile(path, () => randomBytes(24).toString('base64url'));
  await giveToServer(place, path);
  return password.trim();
}

/** The port of the last start, so that it stays the same where it can. */
export async function readPort(place: ServerPlace): Promise<number | undefined> {
  const port = Number(await readIfThere(join(place.folder, 'port')));
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined;
}

export async function keepPort(place: ServerPlace, port: number): Promise<void> {
  const path = join(place.folder, 'port');
  await writeFile(path, String(port), { mode: 0o600 });
  await giveToServer(place, path);
}

/** Held while the server is looked for, started or stopped: one of our processes at a time. */
export async function holdStart(place: ServerPlace): Promise<ProcessLock> {
  return hold(place, 'start.lock', 'exclusive');
}

/** Held by each process for as long as it uses the server. */
export async function holdUse(place: ServerPlace): Promise<ProcessLock> {
  return hold(place, 'users.lock', 'shared');
}

/** A lock when no process uses the server any more. */
export async function holdAsLast(place: ServerPlace): Promise<ProcessLock | undefined> {
  return lockFile(join(place.folder, 'users.lock'), 'exclusive', 0);
}

async function hold(place: ServerPlace, name: string, kind: 'exclusive' | 'shared'): Promise<ProcessLock> {
  const held = await lockFile(join(place.folder, name), kind, LOCK_MILLISECONDS);
  if (!held)
    throw new HumphreyError(
      'store-unavailable',
      `Another process has been starting or stopping the database in ${place.folder} for minutes. End it, then start Humphrey again.`,
    );
  await giveToServer(place, join(place.folder, name));
  return held;
}

/** What root makes in the folder is the server's user's, so that a later start as that user works too. */
async function giveToServer({ account }: ServerPlace, path: string): Promise<void> {
  if (account) await chown(path, account.uid, account.gid);
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}
