import { resolve } from 'node:path';
import type { Log } from '../ports.ts';
import { findBinaries } from './embedded/find-binaries.ts';
import { findOrStart, urlOf, type RunningServer } from './embedded/find-or-start.ts';
import { isServerOf } from './embedded/postmaster-file.ts';
import { openPlace } from './embedded/open-place.ts';
import type { ProcessLock } from './embedded/process-lock.ts';
import { checkReachable, prepareFolder } from './embedded/server-account.ts';
import { dataFolderOf, holdAsLast, holdStart, holdUse, readPassword, type ServerPlace } from './embedded/server-folder.ts';
import { OWNER_ROLE, stopServer } from './embedded/server-program.ts';

/** How soon a server that was killed is noticed; a look costs microseconds. */
const WATCH_MILLISECONDS = 500;

export interface EmbeddedPostgresOptions {
  /** Everything is in it, and nothing else may be: data, password, port, log, locks. */
  folder: string;
  log: Log;
  /** Without it the port of the last time, or any free one. */
  port?: number;
}

export interface EmbeddedPostgres {
  /** Of the owner role, with the password: never to be logged. */
  url: string;
  port: number;
  /** True: the server ran already, started by another process of ours or left by one that was killed. */
  adopted: boolean;
  /** The last of the processes that use the server stops it; the others just leave. */
  stop: () => Promise<void>;
}

/**
 * The PostgreSQL that npm brings, in a folder of ours, on loopback. Started or adopted; started again when it is killed while
 * we run; any number of our processes may share one folder on one machine. It outlives a killed host, and the next start
 * adopts it. Throws store-unavailable with the remedy.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const wanted = resolve(options.folder);
  const binaries = await findBinaries();
  const place: ServerPlace = await openPlace({ binaries, account: await prepareFolder(wanted), folder: wanted });
  await checkReachable(place.account, [place.binaries.postgres, place.folder]);
  if (place.folder !== wanted)
    options.log.info(
      { reason: 'folder-closed' },
      'the database is kept under /var/tmp, since the project folder is closed to the user it runs as',
    );
  const startLock = await holdStart(place);
  try {
    const use = await holdUse(place);
    try {
      const password = await readPassword(place);
      const server = await findOrStart(place, { password, port: options.port });
      return keepRunning({ place, password, use, log: options.log }, server);
    } catch (error) {
      use.release();
      throw error;
    }
  } finally {
    startLock.release();
  }
}

interface Held {
  place: ServerPlace;
  password: string;
  use: ProcessLock;
  log: Log;
}

/** Watches the server for as long as this process uses it. */
function keepRunning({ place, password, use, log }: Held, server: RunningServer): EmbeddedPostgres {
  let { processId } = server;
  let stopping = false;
  let looking: Promise<void> | undefined;

  const look = async (): Promise<void> => {
    if (await isServerOf(processId, dataFolderOf(place))) return;
    const startLock = await holdStart(place);
    try {
      const again = await findOrStart(place, { password, port: server.port });
      processId = again.processId;
      log.warn({ port: again.port, adopted: again.adopted }, 'the embedded database had ended and runs again');
    } finally {
      startLock.release();
    }
  };
  const timer = setInterval(() => {
    looking ??= look()
      .catch((error: unknown) => {
        log.error(
          { cause: error instanceof Error ? error.message : 'unknown' },
          'the embedded database has ended and could not be started again',
        );
      })
      .finally(() => (looking = undefined));
  }, WATCH_MILLISECONDS);
  // Watching alone is no reason to live.
  timer.unref();

  return {
    url: urlOf(server.port, password, OWNER_ROLE),
    port: server.port,
    adopted: server.adopted,
    stop: async () => {
      if (stopping) return;
      stopping = true;
      clearInterval(timer);
      await looking;
      await leave(place, use);
    },
  };
}

async function leave(place: ServerPlace, use: ProcessLock): Promise<void> {
  const startLock = await holdStart(place);
  try {
    use.release();
    const last = await holdAsLast(place);
    if (!last) return;
    try {
      await stopServer(place);
    } finally {
      last.release();
    }
  } finally {
    startLock.release();
  }
}
