import { randomUUID } from 'node:crypto';
import type { TaskEvent } from '../shared/contract/task-event.ts';
import { createBreaker } from '../shared/engine/breaker.ts';
import { createOfflineEngine } from '../shared/engine/offline.ts';
import { startOfflinePool } from '../shared/engine/offline-pool.ts';
import { createQuotaEngine } from '../shared/engine/quota-engine.ts';
import { createModelCalls } from '../shared/jobs/model-calls.ts';
import { outlastOutage } from '../shared/jobs/outlast-outage.ts';
import { createQuota } from '../shared/jobs/quota.ts';
import type { RunTask } from '../shared/jobs/running-tasks.ts';
import type { Asker, Clock, Engine, Files, Log, Pool, Ports, ResultStore } from '../shared/ports.ts';
import { createSourceReader, startReaderPool } from '../shared/sources/source-reader.ts';
import { createPostgresFiles } from '../shared/store/postgres-files.ts';
import { createPostgresResults } from '../shared/store/postgres-results.ts';
import { handleTask } from '../shared/tasks/handle-task.ts';
import type { Config } from './config.ts';
import type { ConnectedStore } from './connect-store.ts';

/** Children that read sources: one a core of a small server; each is killed above its memory limit. */
const READER_POOL_SIZE = 2;

/** The door into the core with all its ports in place. */
export interface Core {
  engine: Engine;
  /** As surfaces see them: out is out, and they say so. */
  results: ResultStore;
  files: Files;
  runTask: RunTask;
  close: () => Promise<void>;
}

export interface CoreParts {
  store: ConnectedStore;
  clock: Clock;
  log: Log;
  /** Instead of the configured engine: for tests of whole trips. */
  engine?: Engine;
}

/** Starts the children that do the heavy work, and wires the ports of the core. */
export async function openCore(config: Config, parts: CoreParts): Promise<Core> {
  const { store, clock, log } = parts;
  const pools: Pool[] = [];
  const open = (start: () => Pool): Pool => {
    const pool = config.role === 'web' ? startWhenUsed(start) : start();
    pools.push(pool);
    return pool;
  };
  const readerPool = open(() => startReaderPool(READER_POOL_SIZE));
  const engine = createBreaker(parts.engine ?? (await createEngine(config, { clock, log, open })), { now: () => performance.now() });
  const quota = createQuota({ database: store.database, model: engine.model, limits: config.modelLimits });
  const calls = createModelCalls(store.database);
  const engineFor = (asker: Asker, workId: string): Engine =>
    createQuotaEngine(engine, {
      quota,
      calls,
      log,
      purpose: { tenantId: asker.tenantId, objectId: asker.objectId, workId, kind: 'person' },
    });
  const results = createPostgresResults({ ...store, clock });
  const files = createPostgresFiles({ ...store, clock, newId: randomUUID });
  const ports: Omit<Ports, 'engine' | 'newId'> = {
    reader: createSourceReader(readerPool),
    results: lastingResults(results),
    files: lastingFiles(files),
    clock,
    log,
  };
  return {
    engine,
    results,
    files,
    runTask: ({ id, request, asker }, signal): AsyncIterable<TaskEvent> =>
      handleTask(request, asker, { ...ports, engine: engineFor(asker, id), newId: () => id }, signal),
    close: async () => {
      await Promise.all(pools.map((pool) => pool.close()));
    },
  };
}

/** What a task reads and keeps while it runs outlives a restart of the database: it has been accepted, and perhaps paid for. */
function lastingResults(results: ResultStore): ResultStore {
  return {
    put: (kept) => outlastOutage(() => results.put(kept)),
    get: (id, owner) => outlastOutage(() => results.get(id, owner)),
    delete: (id, owner) => outlastOutage(() => results.delete(id, owner)),
  };
}

function lastingFiles(files: Files): Files {
  return { put: (file, owner) => files.put(file, owner), get: (id, owner) => outlastOutage(() => files.get(id, owner)) };
}

async function createEngine(config: Config, parts: { clock: Clock; log: Log; open: (start: () => Pool) => Pool }): Promise<Engine> {
  if (config.engine.name === 'openai') {
    const { connection, model, baseModel } = config.engine;
    // Loaded only where it is used: the SDK takes a fifth of a second of every other start.
    const { createOpenAIEngine } = await import('../shared/engine/openai.ts');
    return createOpenAIEngine({ connection, model, ...(baseModel === undefined ? {} : { baseModel }), clock: parts.clock, log: parts.log });
  }
  return createOfflineEngine(parts.open(startOfflinePool));
}

/** A process that only answers HTTP does no task, and does not pay for children. */
function startWhenUsed(start: () => Pool): Pool {
  let started: Pool | undefined;
  return {
    run: (job, signal) => (started ??= start()).run(job, signal),
    close: async () => {
      await started?.close();
    },
  };
}
