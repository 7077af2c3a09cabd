import type { TaskResult } from '../contract/task-result.ts';
import type { Asker, Clock, FileBytes, Files, KeptResult, ResultStore } from '../ports.ts';
import { HumphreyError } from '../errors.ts';

/** A day: as long as "shorter" and "make it firmer" may still refer to a result. */
const RESULT_LIFE_MILLISECONDS = 24 * 60 * 60 * 1000;
/** An upload is used by the next request or not at all. */
const FILE_LIFE_MILLISECONDS = 60 * 60 * 1000;
/** Results of one process: about 20 kB each, so 40 MB at most. */
const MAX_RESULTS = 2_000;
/** Bytes of all uploads of one process: four of the largest. */
const MAX_FILES_BYTES = 200 * 1024 * 1024;

interface Kept<Value> {
  owner: string;
  value: Value;
  until: number;
}

/** Results in this process's memory: gone when it stops, which the results' own users are told ("no longer kept"). */
export function createMemoryResults(clock: Clock): ResultStore {
  const results = new Map<string, Kept<TaskResult>>();
  return {
    put: (kept: KeptResult) => {
      dropExpired(results, clock);
      results.set(keyOf(kept.result.id, kept.owner), {
        owner: ownerKey(kept.owner),
        value: kept.result,
        until: clock.now().getTime() + RESULT_LIFE_MILLISECONDS,
      });
      for (const id of [...results.keys()].slice(0, Math.max(0, results.size - MAX_RESULTS))) results.delete(id);
      return Promise.resolve();
    },
    get: (id, owner) => Promise.resolve(ownedBy(results.get(keyOf(id, owner)), owner, clock)),
    delete: (id, owner) => {
      results.delete(keyOf(id, owner));
      return Promise.resolve();
    },
  };
}

/** Uploads in this process's memory, for an hour. */
export function createMemoryFiles(clock: Clock, newId: () => string): Files {
  const files = new Map<string, Kept<FileBytes>>();
  return {
    put: (file, owner) => {
      dropExpired(files, clock);
      const held = [...files.values()].reduce((sum, kept) => sum + kept.value.bytes.byteLength, 0);
      if (held + file.bytes.byteLength > MAX_FILES_BYTES) {
        return Promise.reject(
          new HumphreyError('rate-limited', 'Too many files are waiting to be read. Try again in a few minutes.', {
            details: { retryAfterSeconds: 60 },
          }),
        );
      }
      const id = newId();
      files.set(id, { owner: ownerKey(owner), value: file, until: clock.now().getTime() + FILE_LIFE_MILLISECONDS });
      return Promise.resolve(id);
    },
    get: (id, owner) => Promise.resolve(ownedBy(files.get(id), owner, clock)),
  };
}

export function ownerKey(owner: Pick<Asker, 'tenantId' | 'objectId'>): string {
  return JSON.stringify([owner.tenantId, owner.objectId]);
}

/** Nobody's result can take the place of somebody else's, whatever its id. */
function keyOf(id: string, owner: Pick<Asker, 'tenantId' | 'objectId'>): string {
  return JSON.stringify([ownerKey(owner), id]);
}

function ownedBy<Value>(kept: Kept<Value> | undefined, owner: Asker, clock: Clock): Value | undefined {
  return kept && kept.owner === ownerKey(owner) && kept.until > clock.now().getTime() ? kept.value : undefined;
}

function dropExpired(all: Map<string, Kept<unknown>>, clock: Clock): void {
  const now = clock.now().getTime();
  for (const [id, kept] of all) if (kept.until <= now) all.delete(id);
}
