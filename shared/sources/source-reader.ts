import { startChildPool, type ChildPool } from '../pool/child-pool.ts';
import type { ReadSource } from '../passage.ts';
import type { Pool, SourceReader } from '../ports.ts';
import { fileTooLarge, MAX_FILE_BYTES } from './read-limits.ts';

/** The longest document met (294 pages, 105,000 words) takes 3 s, and 9 s on a busy machine; what takes longer is made to. */
const KILL_AFTER_MILLISECONDS = 30_000;
/** The tree that officeparser builds of the same document takes about 300 MB. */
const HEAP_MEGABYTES = 512;
/** The same document peaks at 550 MB, buffers included; a 50 MB file adds itself and its copies. */
const RESIDENT_MEGABYTES = 900;

/** Starts the children that read sources, in the background: officeparser alone takes 120 ms to load. */
export function startReaderPool(size: number): ChildPool {
  const pool = startChildPool({
    entry: new URL('./reader-process.ts', import.meta.url),
    size,
    heapMegabytes: HEAP_MEGABYTES,
    residentMegabytes: RESIDENT_MEGABYTES,
    killAfterMilliseconds: KILL_AFTER_MILLISECONDS,
  });
  pool.warm();
  return pool;
}

/** The port's adapter on a pool: nothing is parsed in this process. */
export function createSourceReader(pool: Pool): SourceReader {
  return {
    readDocument: async (file, signal) => {
      if (file.bytes.byteLength > MAX_FILE_BYTES) throw fileTooLarge(file.name);
      return (await pool.run({ name: 'document', input: file }, signal)) as ReadSource;
    },
    readEmail: async (email, signal) => (await pool.run({ name: 'email', input: email }, signal)) as ReadSource[],
    readThread: async (thread, signal) => (await pool.run({ name: 'thread', input: thread }, signal)) as ReadSource,
  };
}
