import { randomUUID } from 'node:crypto';
import { createMemoryFiles, createMemoryResults } from '../shared/store/memory-store.ts';
import { createOfflineEngine } from '../shared/engine/offline.ts';
import { startOfflinePool } from '../shared/engine/offline-pool.ts';
import type { TaskEvent } from '../shared/contract/task-event.ts';
import type { TaskRequest } from '../shared/contract/task-request.ts';
import { createRunningTasks } from '../shared/jobs/running-tasks.ts';
import type { Asker, Clock, Engine, Log, Pool, Ports } from '../shared/ports.ts';
import { createSourceReader, startReaderPool } from '../shared/sources/source-reader.ts';
import { handleTask } from '../shared/tasks/handle-task.ts';
import { aboutRoutes } from './api/about-api.ts';
import { fileRoutes } from './api/file-api.ts';
import { developmentIdentity, noIdentity } from './api/identity.ts';
import { taskRoutes } from './api/task-api.ts';
import type { Config } from './config.ts';
import { connectTeams } from './connect-teams.ts';
import { createPages } from './pages.ts';
import { startPlayground } from './playground.ts';
import { startServer } from './server.ts';

/** Children that read sources: one a core of a small server; each is killed above its memory limit. */
const READER_POOL_SIZE = 2;

export interface Host {
  /** Where a person opens it, such as http://localhost:3978. */
  url: string;
  port: number;
  playgroundUrl: string | undefined;
  engine: { name: Engine['name']; model: string };
  /** Sentences for whoever started it: the model's end of life, a Playground that did not start. Settles some seconds later. */
  warnings: Promise<string[]>;
  /** Takes no more work, ends what runs, closes everything. */
  stop: () => Promise<void>;
}

export interface HostParts {
  log: Log;
  /** Instead of the configured engine: for tests of whole trips. */
  engine?: Engine;
}

const systemClock: Clock = { now: () => new Date() };

/** Wires configuration to adapters, and adapters to the server: the one place that knows them all. */
export async function startHost(config: Config, parts: HostParts): Promise<Host> {
  const { log } = parts;
  const readerPool = startReaderPool(READER_POOL_SIZE);
  const pools: Pool[] = [readerPool];
  const engine = parts.engine ?? (await createEngine(config, { log, pools }));
  const ports: Ports = {
    engine,
    reader: createSourceReader(readerPool),
    results: createMemoryResults(systemClock),
    files: createMemoryFiles(systemClock, randomUUID),
    clock: systemClock,
    log,
    newId: randomUUID,
  };
  const runTask = (request: TaskRequest, asker: Asker, signal: AbortSignal): AsyncIterable<TaskEvent> =>
    handleTask(request, asker, ports, signal);
  const tasks = createRunningTasks(runTask, systemClock);
  const teams = await connectTeams(config, { runTask, clock: systemClock, log, newId: randomUUID });
  const pages = createPages({ root: new URL('..', import.meta.url), demo: config.offline });

  const playgroundAddress = (): { playground?: string } => {
    const url = playground?.url();
    return url === undefined ? {} : { playground: url };
  };
  let port = config.port;
  let ready = false;
  const server = await startServer(
    {
      routes: [
        ...taskRoutes(tasks, ports.results),
        ...fileRoutes(ports.files),
        ...aboutRoutes(
          () => ({ engine: { name: engine.name, model: engine.model }, offline: config.offline, ...playgroundAddress() }),
          () => ready,
        ),
      ],
      identify: config.offline ? developmentIdentity(() => port) : noIdentity,
      handleActivity: (request, response) => teams.handleActivity(request, response),
      findPage: pages.find,
      allowedHosts: config.offline ? () => [`localhost:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`] : undefined,
      log,
    },
    { port: config.port, host: config.host },
  );
  port = server.port;
  ready = true;
  void pages.warm().catch((error: unknown) => {
    log.error({ cause: error instanceof Error ? error.name : 'unknown' }, 'the pages could not be bundled');
  });
  const playground = config.playground ? openPlayground(config.playground.port, { botUrl: `http://127.0.0.1:${port}`, log }) : undefined;
  const warnings = [
    playground?.failure ?? Promise.resolve(undefined),
    parts.engine ? Promise.resolve(undefined) : modelWarning(config, log),
  ];

  return {
    url: config.publicOrigin === `http://localhost:${config.port}` ? `http://localhost:${port}` : config.publicOrigin,
    port,
    playgroundUrl: playground?.url(),
    engine: { name: engine.name, model: engine.model },
    warnings: Promise.all(warnings).then((all) => all.filter((warning) => warning !== undefined)),
    stop: async () => {
      ready = false;
      await Promise.all([playground?.stop(), teams.stop(), tasks.stop()]);
      await server.close();
      await Promise.all(pools.map((pool) => pool.close()));
    },
  };
}

async function createEngine(config: Config, parts: { log: Log; pools: Pool[] }): Promise<Engine> {
  if (config.engine.name === 'openai') {
    const { connection, model, baseModel } = config.engine;
    // Loaded only where it is used: the SDK takes a fifth of a second of every other start.
    const { createOpenAIEngine } = await import('../shared/engine/openai.ts');
    return createOpenAIEngine({ connection, model, ...(baseModel === undefined ? {} : { baseModel }), clock: systemClock, log: parts.log });
  }
  const pool = startOfflinePool();
  parts.pools.push(pool);
  return createOfflineEngine(pool);
}

async function modelWarning(config: Config, log: Log): Promise<string | undefined> {
  if (config.engine.name !== 'openai') return undefined;
  const { checkModel } = await import('../shared/engine/openai-check-model.ts');
  return (await checkModel({ ...config.engine, clock: systemClock, log })).warning;
}

interface OpenPlayground {
  /** Undefined once it has failed. */
  url: () => string | undefined;
  failure: Promise<string | undefined>;
  stop: () => Promise<void>;
}

/** Starts the Playground beside the host: it takes a second or two, and nobody waits for it. */
function openPlayground(port: number, parts: { botUrl: string; log: Log }): OpenPlayground {
  const started = startPlayground({ ...parts, port });
  let failed = false;
  return {
    url: () => (failed ? undefined : `http://localhost:${port}`),
    failure: started.then(
      () => undefined,
      (error: unknown) => {
        failed = true;
        return error instanceof Error ? error.message : 'The Playground did not start.';
      },
    ),
    stop: async () => {
      const playground = await started.catch(() => undefined);
      await playground?.stop();
    },
  };
}
