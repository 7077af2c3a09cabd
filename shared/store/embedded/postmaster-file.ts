import { readFile, readlink, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { HumphreyError } from '../../errors.ts';
import { hasCode } from '../has-code.ts';

/** A killed server's children end at their next look at their parent; a long sort may take seconds to look. */
const CHILDREN_END_MILLISECONDS = 30_000;

/** What a running server says of itself in its data folder. */
export interface Postmaster {
  processId: number;
  port: number;
  /** Id of its System V shared memory, which its children hold too. Undefined on Windows and very early. */
  sharedMemory: string | undefined;
  ready: boolean;
}

/** What postmaster.pid of a data folder says; undefined when there is none, or it is not written whole yet. */
export async function readPostmasterFile(data: string): Promise<Postmaster | undefined> {
  const text = await readFile(join(data, 'postmaster.pid'), 'utf8').catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return '';
    throw error;
  });
  const lines = text.split('\n').map((line) => line.trim());
  const processId = Number(lines[0]);
  if (lines[0] === '' || !Number.isInteger(processId)) return undefined;
  return { processId, port: Number(lines[3] ?? 0), sharedMemory: lines[6]?.split(/\s+/u)[1], ready: lines[7] === 'ready' };
}

/**
 * Whether this process is the live server of this data folder. A number alone proves nothing: after a crash it may stand for a
 * zombie that no one has buried (a container's first process often does not), or for something else that got the same number.
 */
export async function isServerOf(processId: number, data: string): Promise<boolean> {
  if (process.platform === 'linux') {
    try {
      const state = await readFile(`/proc/${processId}/stat`, 'latin1');
      if (/\) [ZX] /u.test(state)) return false;
      // A server works in its data folder.
      return (await readlink(`/proc/${processId}/cwd`)) === (await realpath(data));
    } catch (error) {
      if (hasCode(error, 'ENOENT', 'ESRCH', 'EACCES', 'EPERM')) return false;
      throw error;
    }
  }
  try {
    return process.kill(processId, 0);
  } catch (error) {
    return hasCode(error, 'EPERM');
  }
}

/**
 * Removes the postmaster.pid of a server that is no more, once none of its children is left. Only on Linux, where we can tell;
 * elsewhere PostgreSQL's own, more careful check stands.
 */
export async function removeStalePostmasterFile(data: string, stale: Postmaster): Promise<void> {
  if (process.platform !== 'linux') return;
  const end = performance.now() + CHILDREN_END_MILLISECONDS;
  while (await isAttached(stale.sharedMemory)) {
    if (performance.now() > end)
      throw new HumphreyError(
        'store-unavailable',
        `A process of a database server that was killed still works on ${data}. End it (see "ps -C postgres"), then start Humphrey again.`,
      );
    await wait(20);
  }
  await rm(join(data, 'postmaster.pid'), { force: true });
}

/** Two servers on one data folder destroy it, so this asks the kernel who still holds the shared memory. */
async function isAttached(sharedMemory: string | undefined): Promise<boolean> {
  if (sharedMemory === undefined) return false;
  const table = await readFile('/proc/sysvipc/shm', 'latin1').catch((error: unknown) => {
    if (hasCode(error, 'ENOENT', 'EACCES')) return '';
    throw error;
  });
  // key shmid perms size cpid lpid nattch …
  const row = table
    .split('\n')
    .map((line) => line.trim().split(/\s+/u))
    .find((fields) => fields[1] === sharedMemory);
  return row !== undefined && Number(row[6]) > 0;
}
