import { setTimeout as wait } from 'node:timers/promises';
import { asHumphreyError } from '../errors.ts';
import type { HandleUnit, Log, RunPlace } from '../ports.ts';
import type { Database } from '../store/database.ts';
import { isStoreOut } from '../store/store-error.ts';
import type { Ticket, TicketQueue } from './jobs-queue.ts';
import {
  claimUnits,
  renewUnits,
  reportRuns,
  RUN_CHANNEL,
  settleUnits,
  UNITS_CHANNEL,
  type ClaimedUnit,
  type SettledUnit,
} from './jobs-rows.ts';
import type { Notifications } from './notifications.ts';
import { outlastOutage } from './outlast-outage.ts';
import { createWakers } from './wakers.ts';

export interface DispatcherLimits {
  /** Units at once in this process: they wait for the model, not for the processor. */
  slots: number;
  leaseMilliseconds: number;
  /** A unit that fails this often is put aside for a person to look at. */
  attempts: number;
  drainMilliseconds: number;
}

const defaultLimits: DispatcherLimits = { slots: 50, leaseMilliseconds: 12_000, attempts: 5, drainMilliseconds: 20_000 };
/** Several chances to renew within a lease. */
const RENEW_MILLISECONDS = 3_000;
/** Ends of units are written together; nobody waits for one of them. */
const SETTLE_MILLISECONDS = 100;
/** Events of a run that moves fast. */
const REPORT_MILLISECONDS = 500;
/** Without a notice, units are looked for this often. */
const LOOK_MILLISECONDS = 1_000;

export interface DispatcherParts {
  database: Database;
  queue: TicketQueue;
  notifications: Notifications;
  log: Log;
  handlers: Record<string, HandleUnit>;
  /** Of this process: no two have the same. */
  worker: string;
  limits?: DispatcherLimits;
}

export interface Dispatcher {
  stop(): Promise<void>;
}

interface AtWork {
  ticket: Ticket;
  abort: AbortController;
  done: Promise<void>;
}

interface Ended {
  unit: ClaimedUnit;
  settled: SettledUnit;
  ticket: Ticket;
}

/**
 * The one dispatcher of a process: takes as many tickets as it has room for, and renews and settles in batches. pg-boss's own
 * work() with a poller a slot took twice as long.
 */
export function startDispatcher(parts: DispatcherParts): Dispatcher {
  const { database, queue, log, worker, limits = defaultLimits } = parts;
  const wakers = createWakers();
  const atWork = new Map<string, AtWork>();
  const stopping = new AbortController();
  const closing = new AbortController();
  let ended: Ended[] = [];
  const touched = new Map<string, RunPlace>();

  const begin = (unit: ClaimedUnit, ticket: Ticket): void => {
    const abort = new AbortController();
    const done = runUnit(parts, unit, abort.signal).then((settled) => {
      atWork.delete(unit.unitId);
      ended.push({ unit, settled, ticket });
      wakers.wake('take');
    });
    atWork.set(unit.unitId, { ticket, abort, done });
  };
  const take = async (): Promise<boolean> => {
    const room = limits.slots - atWork.size;
    if (room < 1) return false;
    const tickets = new Map((await queue.take(room)).map((ticket) => [ticket.unitId, ticket]));
    if (tickets.size === 0) return false;
    const { claimed, held } = await outlastOutage(() =>
      claimUnits(database, { worker, unitIds: [...tickets.keys()], leaseMilliseconds: limits.leaseMilliseconds }),
    );
    for (const unit of claimed) {
      const ticket = tickets.get(unit.unitId);
      if (ticket) begin(unit, ticket);
      tickets.delete(unit.unitId);
    }
    const rest = [...tickets.values()];
    await queue.again(rest.filter((ticket) => held.has(ticket.unitId)));
    await queue.done(rest.filter((ticket) => !held.has(ticket.unitId)));
    return true;
  };
  const settle = async (): Promise<void> => {
    if (ended.length === 0) return;
    const batch = ended;
    ended = [];
    await outlastOutage(() =>
      settleUnits(
        database,
        worker,
        batch.map((each) => each.settled),
      ),
    );
    for (const { unit } of batch) touched.set(unit.runId, { tenantId: unit.tenantId, runId: unit.runId });
    // A ticket that is lost comes again and finds its unit settled.
    await queue.done(batch.filter((each) => each.settled.state !== 'waiting').map((each) => each.ticket));
    await queue.again(batch.filter((each) => each.settled.state === 'waiting').map((each) => each.ticket));
  };
  const report = async (): Promise<void> => {
    const runs = [...touched.values()];
    touched.clear();
    await outlastOutage(() => reportRuns(database, runs));
  };
  const renew = async (): Promise<void> => {
    if (atWork.size === 0) return;
    const before = new Map(atWork);
    const held = await renewUnits(database, { worker, leaseMilliseconds: limits.leaseMilliseconds });
    for (const [unitId, unit] of before) if (!held.has(unitId)) unit.abort.abort();
    await queue.renew([...before].filter(([unitId]) => held.has(unitId)).map(([, unit]) => unit.ticket));
  };

  const hush = [
    parts.notifications.on(UNITS_CHANNEL, () => {
      wakers.wake('take');
    }),
    // Perhaps a cancel.
    parts.notifications.on(RUN_CHANNEL, (runId) => {
      if (runId === undefined || !touched.has(runId)) wakers.wake('renew');
    }),
  ];
  const loop = async (
    name: string,
    every: number,
    { until, work }: { until: AbortSignal; work: () => Promise<boolean> },
  ): Promise<void> => {
    while (!until.aborted) {
      const woken = wakers.wait(name, { milliseconds: every, signal: until });
      if (!(await quietly(work, log))) await woken;
    }
  };
  const always = (work: () => Promise<void>) => async (): Promise<boolean> => {
    await work();
    return false;
  };
  const taking = loop('take', LOOK_MILLISECONDS, { until: stopping.signal, work: take });
  const others = [
    loop('settle', SETTLE_MILLISECONDS, { until: closing.signal, work: always(settle) }),
    loop('report', REPORT_MILLISECONDS, { until: closing.signal, work: always(report) }),
    loop('renew', RENEW_MILLISECONDS, { until: closing.signal, work: always(renew) }),
  ];
  return {
    stop: async () => {
      stopping.abort();
      await taking;
      const allDone = Promise.all([...atWork.values()].map((unit) => unit.done));
      await Promise.race([allDone, wait(limits.drainMilliseconds, undefined, { ref: false })]);
      for (const unit of atWork.values()) unit.abort.abort();
      await Promise.all([...atWork.values()].map((unit) => unit.done));
      closing.abort();
      await Promise.all(others);
      await settle();
      await report();
      for (const stop of hush) stop();
    },
  };
}

/** How the unit ended. Never throws. */
async function runUnit(
  { handlers, limits = defaultLimits, log }: DispatcherParts,
  unit: ClaimedUnit,
  signal: AbortSignal,
): Promise<SettledUnit> {
  const { unitId, tenantId, runId, key, payload, attempt, kind } = unit;
  const settled = { unitId, reason: null, givenBack: false };
  const handle = handlers[kind];
  // Of a kind that another process does.
  if (!handle) return { ...settled, state: 'waiting', givenBack: true };
  if (attempt > limits.attempts) return { ...settled, state: 'dead', reason: 'interrupted' };
  try {
    await handle({ tenantId, runId, key, payload, attempt }, signal);
    return { ...settled, state: 'done' };
  } catch (thrown) {
    if (signal.aborted) return { ...settled, state: 'waiting', givenBack: true };
    const { code } = asHumphreyError(thrown);
    log.warn({ code, attempt }, 'a unit of background work failed');
    return { ...settled, state: attempt >= limits.attempts ? 'dead' : 'waiting', reason: code };
  }
}

async function quietly(work: () => Promise<boolean>, log: Log): Promise<boolean> {
  try {
    return await work();
  } catch (error) {
    const cause = error instanceof Error ? error.name : 'unknown';
    if (isStoreOut(error)) log.warn({ cause }, 'the dispatcher cannot reach the database');
    else log.error({ cause }, 'the dispatcher could not do its work');
    return false;
  }
}
