import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { fieldOf } from '../has-code.ts';

/** SQLITE_BUSY: another process holds the lock. */
const BUSY = 5;
/** Short beside a server's start, long beside what one attempt costs. */
const RETRY_MILLISECONDS = 20;

/** A lock that the operating system drops when its process ends, however it ends. */
export interface ProcessLock {
  release: () => void;
}

/**
 * Locks a file: `exclusive` alone, `shared` beside other shared holders. Undefined when it is not free within `waitMilliseconds`.
 * Node has no flock; proper-lockfile was weighed, but its locks outlive a killed process until they are old. The empty SQLite
 * database that Node brings locks its file through the kernel, on every platform; nothing is ever written to it.
 */
export async function lockFile(path: string, kind: 'exclusive' | 'shared', waitMilliseconds: number): Promise<ProcessLock | undefined> {
  const end = performance.now() + waitMilliseconds;
  for (;;) {
    const database = new DatabaseSync(path, { timeout: 0 });
    try {
      // A read transaction holds SQLite's shared lock from its first read.
      database.exec(kind === 'exclusive' ? 'BEGIN EXCLUSIVE' : 'BEGIN; SELECT count(*) FROM sqlite_schema');
      return {
        release: () => {
          database.close();
        },
      };
    } catch (error) {
      database.close();
      if (fieldOf(error, 'errcode') !== BUSY) throw error;
    }
    if (performance.now() >= end) return undefined;
    await wait(RETRY_MILLISECONDS);
  }
}
