import { startChildPool, type ChildPool } from '../pool/child-pool.ts';

/** Children at once: a person waits for one task, and two cores are what a small server has. */
const CHILDREN = 2;
/** Heap of one child: 5,000 sentences with their words take 60 MB; this leaves room for a book. */
const HEAP_MEGABYTES = 512;
const RESIDENT_MEGABYTES = 800;
/** A 300-page report takes a second or two; what takes this long is no document. */
const KILL_AFTER_MILLISECONDS = 30_000;

/** The child processes in which the offline engine does its work; close it when the host stops. */
export function startOfflinePool(): ChildPool {
  return startChildPool({
    entry: new URL('./offline-process.ts', import.meta.url),
    size: CHILDREN,
    heapMegabytes: HEAP_MEGABYTES,
    residentMegabytes: RESIDENT_MEGABYTES,
    killAfterMilliseconds: KILL_AFTER_MILLISECONDS,
    words: {
      tooLong: 'This took too long without a model, so we stopped. Send a shorter document, or the part of it that you need.',
      tooMuchMemory: 'This is too long to work on without a model. Send a shorter document, or the part of it that you need.',
      crashed: 'The offline engine stopped unexpectedly on this. Send the part of it that you need, or try again.',
    },
  });
}
