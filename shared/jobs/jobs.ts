import { sql, type Transaction } from 'kysely';
import { HumphreyError } from '../errors.ts';
import type { HandleUnit, Jobs, Log, NumberedRunEvent, RunPlace, RunProgress } from '../ports.ts';
import { inTenant, type Database } from '../store/database.ts';
import type { Schema } from '../store/schema.ts';
import { startDispatcher, type Dispatcher, type DispatcherLimits } from './dispatcher.ts';
import { openTicketQueue, type TicketQueue } from './jobs-queue.ts';
import { addEvent, countUnits, findRun, insertRun, insertUnits, readDead, readRunEvents, RUN_CHANNEL, UNITS_CHANNEL } from './jobs-rows.ts';
import type { Notifications } from './notifications.ts';
import { outlastOutage } from './outlast-outage.ts';
import { createWakers, type Wakers } from './wakers.ts';

/** Who follows looks now and then without being told. */
const LOOK_MILLISECONDS = 2_000;

export interface JobsParts {
  database: Database;
  notifications: Notifications;
  log: Log;
  newId: () => string;
  limits?: DispatcherLimits;
}

/**
 * Runs and units as rows, which are the truth; pg-boss hands them out. The queue is opened at the first use: a process that
 * has no background work does not pay for it.
 */
export function createJobs(parts: JobsParts): Jobs {
  const { database, notifications, log, newId } = parts;
  const wakers = createWakers();
  const hush = notifications.on(RUN_CHANNEL, (runId) => {
    wakers.wake(runId);
  });
  let opened: Promise<TicketQueue> | undefined;
  let dispatcher: Dispatcher | undefined;
  const open = async (): Promise<TicketQueue> => {
    opened ??= openTicketQueue(database, { log, supervise: true });
    try {
      return await opened;
    } catch (error) {
      opened = undefined;
      throw error;
    }
  };
  const inRun = <Result>(run: RunPlace, work: (transaction: Transaction<Schema>, found: Found) => Promise<Result>): Promise<Result> =>
    inTenant(database, run.tenantId, async (transaction) => work(transaction, await findRun(transaction, run, true)));
  const setState = (run: RunPlace, state: RunProgress['state']) => (transaction: Transaction<Schema>) =>
    transaction.updateTable('job_run').set({ state }).where('tenant_id', '=', run.tenantId).where('run_id', '=', run.runId).execute();
  const handOut = async (transaction: Transaction<Schema>, unitIds: string[], bulk: boolean): Promise<void> => {
    await (await open()).add(transaction, unitIds, bulk);
    await sql`select pg_notify(${UNITS_CHANNEL}, '')`.execute(transaction);
  };

  return {
    start: (run) => insertRun(database, run, newId),
    add: async (run, units) => {
      await open();
      return inRun(run, async (transaction, { state, bulk }) => {
        if (state === 'cancelled') throw new HumphreyError('cancelled', 'This run was cancelled. Begin a new one.');
        const ids = await insertUnits(transaction, run, units);
        if (ids.length > 0) await handOut(transaction, ids, bulk);
        await addEvent(transaction, run, state);
        return ids.length;
      });
    },
    pause: (run) =>
      inRun(run, async (transaction, { state }) => {
        if (state !== 'running') return;
        await setState(run, 'paused')(transaction);
        await addEvent(transaction, run, 'paused');
      }),
    resume: async (run) => {
      await open();
      await inRun(run, async (transaction, { state, bulk }) => {
        if (state !== 'paused') return;
        await setState(run, 'running')(transaction);
        // The tickets of a paused run are used up when they come by.
        await handOut(transaction, await waitingUnits(transaction, run), bulk);
        await addEvent(transaction, run, 'running');
      });
    },
    cancel: (run) =>
      inRun(run, async (transaction) => {
        await setState(run, 'cancelled')(transaction);
        await transaction
          .updateTable('job_unit')
          .set({ state: 'cancelled', lease_by: null, lease_until: null })
          .where('tenant_id', '=', run.tenantId)
          .where('run_id', '=', run.runId)
          .where('state', 'in', ['waiting', 'running'])
          .execute();
        await addEvent(transaction, run, 'cancelled');
      }),
    progress: (run) =>
      inTenant(database, run.tenantId, async (transaction) => countUnits(transaction, run, (await findRun(transaction, run, false)).state)),
    dead: (run) => readDead(database, run),
    retryDead: async (run) => {
      await open();
      return inRun(run, async (transaction, { state, bulk }) => {
        const again = await transaction
          .updateTable('job_unit')
          .set({ state: 'waiting', attempts: 0 })
          .where('tenant_id', '=', run.tenantId)
          .where('run_id', '=', run.runId)
          .where('state', '=', 'dead')
          .returning('unit_id')
          .execute();
        if (again.length > 0)
          await handOut(
            transaction,
            again.map((unit) => unit.unit_id),
            bulk,
          );
        await addEvent(transaction, run, state);
        return again.length;
      });
    },
    follow: (run, { after = 0, signal }) => followRun({ database, wakers }, run, { after, signal }),
    work: async (handlers: Record<string, HandleUnit>) => {
      const queue = await open();
      dispatcher ??= startDispatcher({
        database,
        queue,
        notifications,
        log,
        handlers,
        worker: newId(),
        ...(parts.limits ? { limits: parts.limits } : {}),
      });
    },
    stop: async () => {
      await dispatcher?.stop();
      hush();
      await (await opened)?.close();
    },
  };
}

interface Found {
  state: RunProgress['state'];
  bulk: boolean;
}

async function waitingUnits(transaction: Transaction<Schema>, run: RunPlace): Promise<string[]> {
  const rows = await transaction
    .selectFrom('job_unit')
    .where('tenant_id', '=', run.tenantId)
    .where('run_id', '=', run.runId)
    .where('state', '=', 'waiting')
    .select('unit_id')
    .execute();
  return rows.map((row) => row.unit_id);
}

async function* followRun(
  { database, wakers }: { database: Database; wakers: Wakers },
  run: RunPlace,
  { after, signal }: { after: number; signal: AbortSignal },
): AsyncGenerator<NumberedRunEvent> {
  for (let last = after; !signal.aborted;) {
    const woken = wakers.wait(run.runId, { milliseconds: LOOK_MILLISECONDS, signal });
    const { events, exists } = await outlastOutage(() => readRunEvents(database, run, last));
    if (!exists) throw new HumphreyError('not-found', 'There is no such run, or it is no longer kept.');
    for (const event of events) {
      last = event.number;
      yield event;
    }
    await woken;
  }
}
