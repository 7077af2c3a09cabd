import { HumphreyError } from '../errors.ts';
import type { HandleActivity, KeyWrapper, Log, TakenActivity } from '../ports.ts';
import { inTenant, type Database } from '../store/database.ts';
import { openRecordKey, recordKeyColumns } from '../store/record-keys.ts';
import { forgetEnded, releaseLease, renewLeases, takeDue, type HeldActivity, type LeaseParts } from './inbox-leases.ts';
import { EXPIRED_MILLISECONDS, MAX_ATTEMPTS, MAX_ATTEMPTS_TO_TELL, MAX_RUNNING_BESIDE, MAX_RUNNING_TURNS } from './inbox-limits.ts';
import type { InboxTimes } from './inbox-postgres.ts';
import { NotOurs, emptyOutbox, openOutbox, type KeptOutbox, type OpenOutbox } from './outbox-postgres.ts';
import { outlastOutage } from './outlast-outage.ts';

/** Rows of activities that ended long ago are looked for this often. */
const FORGET_MILLISECONDS = 60 * 60 * 1000;

export interface DispatcherParts {
  database: Database;
  wrapper: KeyWrapper;
  log: Log;
  handle: HandleActivity;
  times: InboxTimes;
  holder: string;
}

export interface Dispatcher {
  /** There may be work. */
  look: () => void;
  /** Something about what runs may have changed. */
  renew: () => void;
  /** Takes nothing more; what runs has its grace, then goes back for another process to take. */
  stop: () => Promise<void>;
}

interface Running {
  held: HeldActivity;
  abort: AbortController;
  done: Promise<void>;
}

const lanes = [
  { lane: 'beside', places: MAX_RUNNING_BESIDE },
  { lane: 'turns', places: MAX_RUNNING_TURNS },
] as const;

/** One taker a process, however many activities it runs: it is woken by notices, and looks by itself every second. */
export function startDispatcher(parts: DispatcherParts): Dispatcher {
  const lease: LeaseParts = { database: parts.database, holder: parts.holder, leaseMilliseconds: parts.times.leaseMilliseconds };
  const running = new Map<string, Running>();
  let stopping = false;
  let renewedAt = performance.now();

  const begin = (held: HeldActivity): void => {
    const abort = new AbortController();
    heed(held, abort);
    const done = runActivity({ ...parts, lease, held }, abort.signal).finally(() => {
      running.delete(held.record_id);
      look();
    });
    running.set(held.record_id, { held, abort, done });
  };
  const look = createOneAtATime(
    async () => {
      const held = [...running.values()].map((each) => each.held.lane);
      const free = lanes
        .map(({ lane, places }) => ({ lane, places: places - held.filter((other) => other === lane).length }))
        .filter(({ places }) => places > 0);
      if (stopping || free.length === 0) return;
      for (const taken of await takeDue(lease, free)) begin(taken);
    },
    reportTo(parts.log, 'activities could not be taken'),
  );
  const renew = createOneAtATime(
    async () => {
      if (running.size === 0) {
        renewedAt = performance.now();
        return;
      }
      const asked = [...running.values()];
      const begun = performance.now();
      const still = new Map((await renewLeases(lease)).map((held) => [held.record_id, held]));
      renewedAt = begun;
      for (const each of asked) {
        const now = still.get(each.held.record_id);
        if (running.get(each.held.record_id) !== each) continue;
        if (now?.attempts !== each.held.attempts || now.revision !== each.held.revision) each.abort.abort(new NotOurs());
        else heed(now, each.abort);
      }
    },
    reportTo(parts.log, 'leases could not be renewed'),
  );
  const watch = (): void => {
    // By a clock that cannot jump: another process may have it by now.
    if (performance.now() - renewedAt > parts.times.leaseMilliseconds) for (const { abort } of running.values()) abort.abort(new NotOurs());
    renew();
  };
  const forget = createOneAtATime(
    async () => {
      await forgetEnded(parts.database);
    },
    reportTo(parts.log, 'old activities could not be forgotten'),
  );
  const timers = [
    setInterval(look, parts.times.lookMilliseconds),
    setInterval(watch, parts.times.renewMilliseconds),
    setInterval(forget, FORGET_MILLISECONDS),
  ];
  look();

  return {
    look,
    renew,
    stop: async () => {
      stopping = true;
      clearInterval(timers[0]);
      const all = (): Promise<unknown> => Promise.all([...running.values()].map(({ done }) => done));
      await look.settled();
      await orAfter(all(), parts.times.graceMilliseconds);
      for (const { abort } of running.values()) abort.abort(new Stopped());
      await all();
      for (const timer of timers) clearInterval(timer);
      await Promise.all([look.settled(), renew.settled(), forget.settled()]);
    },
  };
}

/** The process ends: the activity goes back, and that it was taken does not count. */
class Stopped extends Error {
  constructor() {
    super('The process is being stopped.');
    this.name = 'Stopped';
  }
}

/** Passes on what the person has done about it. */
function heed(held: HeldActivity, abort: AbortController): void {
  if (held.stop === 'cancelled') abort.abort(new HumphreyError('cancelled', 'Stopped, as you asked.'));
  if (held.stop === 'withdrawn') abort.abort(new HumphreyError('cancelled', 'Stopped, because you changed or deleted your message.'));
}

interface RunParts extends DispatcherParts {
  lease: LeaseParts;
  held: HeldActivity;
}

/** From the lease to an end, or back. Never throws: what happens here is one activity's own affair. */
async function runActivity(parts: RunParts, signal: AbortSignal): Promise<void> {
  const { held, log } = parts;
  try {
    const opened = await openActivity(parts);
    if (!opened) return;
    const { taken, outbox } = opened;
    if (held.attempts - held.excused > MAX_ATTEMPTS_TO_TELL) {
      await outbox.end({ state: 'failed', code: 'attempts' });
      log.error({ attempts: held.attempts }, 'an activity was given up untold');
      return;
    }
    await parts.handle(taken, signal);
    if (outbox.ended || outbox.postponed) return;
    throw signal.aborted ? signal.reason : new Error('The activity was left without an end.');
  } catch (thrown) {
    await giveBack(parts, thrown);
  }
}

async function giveBack({ lease, held, log, times }: RunParts, thrown: unknown): Promise<void> {
  const ofNoFault = thrown instanceof NotOurs || thrown instanceof Stopped;
  if (!ofNoFault)
    log.warn(
      { error: thrown instanceof Error ? thrown.name : typeof thrown, attempts: held.attempts },
      'an activity goes back, to be tried again',
    );
  const waitMilliseconds = ofNoFault ? 0 : times.firstRetryMilliseconds * 2 ** (held.attempts - held.excused - 1);
  try {
    // An edited one is still ours to give back; one that another process took is not, and nothing is changed.
    await outlastOutage(() => releaseLease(lease, { held, waitMilliseconds, excused: ofNoFault }), lease.leaseMilliseconds);
  } catch (error) {
    // Its lease runs out, which gives it back as well.
    log.warn({ error: error instanceof Error ? error.name : typeof error }, 'an activity could not be given back');
  }
}

/** The activity with its content; undefined where that was erased, which ends it without a word. */
async function openActivity(parts: RunParts): Promise<{ taken: TakenActivity; outbox: OpenOutbox } | undefined> {
  const { database, held, holder } = parts;
  const row = await inTenant(database, held.tenant_id, (transaction) =>
    transaction
      .selectFrom('activity')
      .leftJoin('record_key', (join) =>
        join.onRef('record_key.tenant_id', '=', 'activity.tenant_id').onRef('record_key.record_id', '=', 'activity.record_id'),
      )
      .leftJoin('activity_content', (join) =>
        join.onRef('activity_content.tenant_id', '=', 'activity.tenant_id').onRef('activity_content.record_id', '=', 'activity.record_id'),
      )
      .leftJoin('outbox', (join) =>
        join.onRef('outbox.tenant_id', '=', 'activity.tenant_id').onRef('outbox.record_id', '=', 'activity.record_id'),
      )
      .where('activity.tenant_id', '=', held.tenant_id)
      .where('activity.record_id', '=', held.record_id)
      .where('activity.revision', '=', held.revision)
      .select([...recordKeyColumns, 'activity_content.sealed as content'])
      .select(['outbox.placeholder', 'outbox.placeholder_id', 'outbox.orphans', 'outbox.deliveries', 'outbox.sealed'])
      .executeTakeFirst(),
  );
  if (!row) throw new NotOurs();
  const { tenant_id, record_id, key_id, wrapped, content } = row;
  if (tenant_id === null || record_id === null || key_id === null || wrapped === null || content === null) {
    const key = { seal: () => Buffer.alloc(0), unseal: () => Buffer.alloc(0) };
    await openOutbox({ database, holder, held, key, kept: emptyOutbox, firstRetryMilliseconds: 0 }).end({
      state: 'refused',
      code: 'erased',
    });
    return undefined;
  }
  const key = await openRecordKey(parts.wrapper, { tenant_id, record_id, key_id, wrapped });
  const outbox = openOutbox({ database, holder, held, key, kept: keptOf(row), firstRetryMilliseconds: parts.times.firstRetryMilliseconds });
  const payload = key.unseal('activity_content', content).toString('utf8');
  return { taken: { id: held.record_id, payload, verdict: verdictOf(held), outbox }, outbox };
}

function keptOf(row: { [Field in keyof KeptOutbox]: KeptOutbox[Field] | null }): KeptOutbox {
  const { placeholder, placeholder_id, orphans, deliveries, sealed } = row;
  return placeholder === null || orphans === null || deliveries === null
    ? emptyOutbox
    : { placeholder, placeholder_id, orphans, deliveries, sealed };
}

function verdictOf(held: HeldActivity): TakenActivity['verdict'] {
  if (held.verdict !== null) return held.verdict;
  if (held.attempts - held.excused > MAX_ATTEMPTS) return 'failed';
  return held.age > EXPIRED_MILLISECONDS ? 'expired' : undefined;
}

interface OneAtATime {
  (): void;
  settled: () => Promise<void>;
}

/** Work that is asked for often and done once at a time; asked for during the work, it is done once more. */
function createOneAtATime(work: () => Promise<void>, report: (thrown: unknown) => void): OneAtATime {
  let current: Promise<void> | undefined;
  let again = false;
  const loop = async (): Promise<void> => {
    do {
      again = false;
      try {
        await work();
      } catch (thrown) {
        report(thrown);
      }
    } while (takeAgain());
    current = undefined;
  };
  // A function, or the compiler takes the flag for still false.
  const takeAgain = (): boolean => again;
  const ask = (): void => {
    again = true;
    current ??= loop();
  };
  return Object.assign(ask, { settled: () => current ?? Promise.resolve() });
}

function reportTo(log: Log, message: string): (thrown: unknown) => void {
  return (thrown) => {
    log.warn(
      { code: thrown instanceof HumphreyError ? thrown.code : undefined, error: thrown instanceof Error ? thrown.name : typeof thrown },
      message,
    );
  };
}

async function orAfter(work: Promise<unknown>, milliseconds: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => {
    resolve(undefined);
  }, milliseconds);
  await Promise.race([work, promise]);
  clearTimeout(timer);
}
