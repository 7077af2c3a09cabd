import { randomUUID } from 'node:crypto';
import { HumphreyError } from '../shared/errors.ts';
import { createPostgresInbox } from '../shared/jobs/inbox-postgres.ts';
import { listenForNotifications, type Notifications } from '../shared/jobs/notifications.ts';
import type { Clock, Engine, Log } from '../shared/ports.ts';
import { createConversationRows } from '../shared/store/conversation-rows.ts';
import { aboutRoutes, type Readiness } from './api/about-api.ts';
import { fileRoutes } from './api/file-api.ts';
import { developmentIdentity, noIdentity } from './api/identity.ts';
import { taskRoutes } from './api/task-api.ts';
import type { Config } from './config.ts';
import { connectStore, type ConnectedStore } from './connect-store.ts';
import { connectTeams } from './connect-teams.ts';
import { openCore, type Core } from './open-core.ts';
import { openPlayground, type OpenPlayground } from './open-playground.ts';
import { openTasks, type OpenTasks } from './open-tasks.ts';
import { createPages, type Pages } from './pages.ts';
import type { TeamsSurface } from './teams/teams-surface.ts';
import { startServer, type RunningServer, type ServerParts } from './server.ts';

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
  /** Begun before this module was even loaded; without it the host connects by itself. */
  store?: Promise<ConnectedStore>;
  /** Instead of the configured engine: for tests of whole trips. */
  engine?: Engine;
  /** How long a stop waits for tasks that run. */
  drainMilliseconds?: number;
}

const systemClock: Clock = { now: () => new Date() };

/** Wires configuration to adapters, and adapters to the server: the one place that knows them all. Listens once all is ready. */
export async function startHost(config: Config, parts: HostParts): Promise<Host> {
  const { log } = parts;
  const store = await (parts.store ?? connectStore(config.store, log));
  const closing: (() => Promise<void>)[] = [store.close];
  const closeAll = async (): Promise<void> => {
    for (const close of closing.toReversed()) await close();
  };
  try {
    const core = await openCore(config, { store, clock: systemClock, log, ...(parts.engine ? { engine: parts.engine } : {}) });
    closing.push(core.close);
    const notifications = listenForNotifications(store.database, log);
    closing.push(() => notifications.close());
    const work = openTasks({ store, core, notifications, role: config.role, clock: systemClock, log, ...drainOf(parts) });
    closing.push(work.stop);
    return await listen({ config, parts, store, core, notifications, work }, closeAll);
  } catch (error) {
    await closeAll();
    throw error;
  }
}

interface Wired {
  config: Config;
  parts: HostParts;
  store: ConnectedStore;
  core: Core;
  notifications: Notifications;
  work: OpenTasks;
}

async function listen(wired: Wired, closeAll: () => Promise<void>): Promise<Host> {
  const { config, parts, core } = wired;
  const { log } = parts;
  const teams = await openTeams(wired);
  const pages = createPages({ root: new URL('..', import.meta.url), demo: config.offline });
  const state: HostState = { port: config.port, phase: 'starting' };
  const server = await startServer(serverParts({ ...wired, pages, state, teams }), { port: config.port, host: config.host });
  const { port } = server;
  state.port = port;
  state.phase = 'ready';
  warm(pages, config, log);
  state.playground =
    config.playground && config.role !== 'worker'
      ? openPlayground(config.playground.port, { botUrl: `http://127.0.0.1:${port}`, log })
      : undefined;
  const warnings = [
    state.playground?.failure ?? Promise.resolve(undefined),
    parts.engine ? Promise.resolve(undefined) : modelWarning(config, log),
  ];
  return {
    url: config.publicOrigin === `http://localhost:${config.port}` ? `http://localhost:${port}` : config.publicOrigin,
    port,
    playgroundUrl: state.playground?.url(),
    engine: { name: core.engine.name, model: core.engine.model },
    warnings: Promise.all(warnings).then((all) => all.filter((warning) => warning !== undefined)),
    stop: async () => {
      state.phase = 'stopping';
      await Promise.all([state.playground?.stop(), teams.stop(), stopWork(wired.work, server)]);
      await closeAll();
    },
  };
}

/** Teams on the durable inbox: what a web process takes in, a worker answers. */
function openTeams({ config, parts, store, core, notifications }: Wired): Promise<TeamsSurface> {
  const { log, drainMilliseconds } = parts;
  const times = drainMilliseconds === undefined ? {} : { times: { graceMilliseconds: drainMilliseconds } };
  return connectTeams(config, {
    runTask: (request, asker, signal) => core.runTask({ id: randomUUID(), request, asker }, signal),
    inbox: createPostgresInbox({ ...store, notifications, clock: systemClock, log, ...times }),
    memory: createConversationRows({ ...store, clock: systemClock }),
    answers: config.role !== 'web',
    clock: systemClock,
    log,
    newId: randomUUID,
  });
}

/** Followers wait for their tasks as long as those are given; then the server closes what is still open. */
async function stopWork(work: OpenTasks, server: RunningServer): Promise<void> {
  await work.stop();
  await server.close();
}

interface HostState {
  port: number;
  phase: 'starting' | 'ready' | 'stopping';
  playground?: OpenPlayground | undefined;
}

interface ServedParts extends Wired {
  pages: Pages;
  state: HostState;
  teams: TeamsSurface;
}

/** A worker's server answers whether it is well, and nothing else. */
function serverParts({ config, parts, store, core, work, pages, state, teams }: ServedParts): ServerParts {
  const about = (): Parameters<typeof aboutRoutes>[0] extends () => infer About ? About : never => {
    const url = state.playground?.url();
    return {
      engine: { name: core.engine.name, model: core.engine.model },
      offline: config.offline,
      ...(url === undefined ? {} : { playground: url }),
    };
  };
  const readiness = async (): Promise<Readiness> => {
    if (state.phase !== 'ready') return state.phase;
    return (await store.database.isReady()) && (await teams.isReady()) ? 'ok' : 'store-unavailable';
  };
  const health = aboutRoutes(about, readiness);
  const worker = config.role === 'worker';
  return {
    routes: worker ? health : [...taskRoutes(work.tasks, core.results), ...fileRoutes(core.files), ...health],
    identify: config.offline ? developmentIdentity(() => state.port) : noIdentity,
    handleActivity: worker
      ? () => Promise.reject(new HumphreyError('not-found', 'This process does the work; messages go to the one that answers HTTP.'))
      : (request, response) => teams.handleActivity(request, response),
    findPage: worker ? () => Promise.resolve(undefined) : pages.find,
    allowedHosts: config.offline ? () => [`localhost:${state.port}`, `127.0.0.1:${state.port}`, `[::1]:${state.port}`] : undefined,
    log: parts.log,
  };
}

function warm(pages: Pages, config: Config, log: Log): void {
  if (config.role === 'worker') return;
  void pages.warm().catch((error: unknown) => {
    log.error({ cause: error instanceof Error ? error.name : 'unknown' }, 'the pages could not be bundled');
  });
}

function drainOf({ drainMilliseconds }: HostParts): { drainMilliseconds?: number } {
  return drainMilliseconds === undefined ? {} : { drainMilliseconds };
}

async function modelWarning(config: Config, log: Log): Promise<string | undefined> {
  if (config.engine.name !== 'openai') return undefined;
  const { checkModel } = await import('../shared/engine/openai-check-model.ts');
  return (await checkModel({ ...config.engine, clock: systemClock, log })).warning;
}
