import { randomUUID } from 'node:crypto';
import type { TaskRequest } from '../shared/contract/task-request.ts';
import { HumphreyError } from '../shared/errors.ts';
import { createDurableTasks } from '../shared/jobs/durable-tasks.ts';
import { startTaskWorker, type TaskWorker } from '../shared/jobs/durable-tasks-worker.ts';
import type { Notifications } from '../shared/jobs/notifications.ts';
import { outlastOutage } from '../shared/jobs/outlast-outage.ts';
import type { RunningTasks } from '../shared/jobs/running-tasks.ts';
import type { Clock, Log } from '../shared/ports.ts';
import { deleteExpired } from '../shared/store/retention.ts';
import { gateEnvelope } from '../shared/trust/gate.ts';
import type { Role } from './config.ts';
import type { ConnectedStore } from './connect-store.ts';
import type { Core } from './open-core.ts';

/** What has expired is no longer shown at once; its rows are gone within this. */
const RETENTION_MILLISECONDS = 60_000;

export interface TasksParts {
  store: ConnectedStore;
  core: Core;
  notifications: Notifications;
  role: Role;
  clock: Clock;
  log: Log;
  drainMilliseconds?: number;
}

export interface OpenTasks {
  tasks: RunningTasks;
  /** Ends what runs, or gives it back, and all following. */
  stop: () => Promise<void>;
}

/** The tasks of the API: accepted and followed here, done here too unless this process only answers HTTP. */
export function openTasks({ store, core, notifications, role, clock, log, drainMilliseconds }: TasksParts): OpenTasks {
  const now = (): Date => clock.now();
  const tasks = createDurableTasks({ ...store, notifications, newId: randomUUID, now, admit: (request) => admit(request, log) });
  const working = role === 'web' ? undefined : startWork();

  function startWork(): TaskWorker {
    return startTaskWorker({
      ...store,
      workerId: randomUUID(),
      run: core.runTask,
      forget: (id, asker) => outlastOutage(() => core.results.delete(id, asker)),
      notifications,
      log,
      now,
      ...(drainMilliseconds === undefined ? {} : { drainMilliseconds }),
    });
  }
  const retention = role === 'web' ? undefined : setInterval(() => void expire(store, log), RETENTION_MILLISECONDS).unref();
  return {
    tasks,
    stop: async () => {
      clearInterval(retention);
      await working?.stop();
      await tasks.stop();
    },
  };
}

/** Nothing that is marked above OFFICIAL on its envelope becomes a row. */
function admit(request: TaskRequest, log: Log): void {
  try {
    gateEnvelope(request);
  } catch (error) {
    if (error instanceof HumphreyError) log.info({ code: error.code }, 'a task was not accepted');
    throw error;
  }
}

async function expire(store: ConnectedStore, log: Log): Promise<void> {
  try {
    await deleteExpired(store.database);
  } catch (error) {
    log.warn(
      { cause: error instanceof HumphreyError ? error.code : 'unknown' },
      'what has expired could not be deleted; it is tried again in a minute',
    );
  }
}
