import { sql, type RawBuilder, type Transaction } from 'kysely';
import type { Ending, Outbox, Placeholder } from '../ports.ts';
import { inTenant, type Database } from '../store/database.ts';
import type { RecordKey } from '../store/record-keys.ts';
import type { Schema } from '../store/schema.ts';
import { changed } from '../store/sealing.ts';
import { INBOX_CHANNEL } from './inbox-arrivals.ts';
import type { HeldActivity } from './inbox-leases.ts';
import { LONGEST_RETRY_MILLISECONDS, MAX_DELIVERIES } from './inbox-limits.ts';
import { outlastOutage } from './outlast-outage.ts';

export interface OutboxParts {
  database: Database;
  holder: string;
  held: HeldActivity;
  key: RecordKey;
  kept: KeptOutbox;
  firstRetryMilliseconds: number;
}

/** What the outbox's row says as the activity is taken. */
export interface KeptOutbox {
  placeholder: 'none' | 'posting' | 'unknown' | 'posted';
  placeholder_id: string | null;
  orphans: number;
  deliveries: number;
  sealed: Buffer | null;
}

export const emptyOutbox: KeptOutbox = { placeholder: 'none', placeholder_id: null, orphans: 0, deliveries: 0, sealed: null };

/** The activity is somebody else's now: what we know of it is worth nothing. No error for a person, who hears from its new holder. */
export class NotOurs extends Error {
  constructor() {
    super('The activity was taken by another process, edited or erased.');
    this.name = 'NotOurs';
  }
}

export interface OpenOutbox extends Outbox {
  readonly ended: boolean;
  readonly postponed: boolean;
}

/** Each step is a row that is written only while the lease is ours, and written again where the database was away. */
export function openOutbox(parts: OutboxParts): OpenOutbox {
  const { key } = parts;
  let placeholder = placeholderOf(parts.kept);
  let { orphans } = parts.kept;
  let ended = false;
  let postponed = false;
  const answer = parts.kept.sealed === null ? undefined : key.unseal('outbox', parts.kept.sealed).toString('utf8');

  return {
    durable: true,
    answer,
    get placeholder() {
      return placeholder;
    },
    get orphans() {
      return orphans;
    },
    get ended() {
      return ended;
    },
    get postponed() {
      return postponed;
    },
    keepPlaceholder: async (next) => {
      // A new one is posted although the last may stand: that is when an orphan is counted.
      const counted = next.state === 'posting' && placeholder.state === 'unknown' ? orphans + 1 : orphans;
      const id = next.state === 'posted' ? next.id : null;
      await keepStep(parts, sql`placeholder = ${next.state}, placeholder_id = ${id}, orphans = ${counted}`);
      orphans = counted;
      placeholder = next.state === 'posting' ? { state: 'unknown' } : next;
    },
    keepAnswer: (text) => keepStep(parts, sql`sealed = ${key.seal('outbox', Buffer.from(text))}::bytea`),
    end: async (ending) => {
      await endActivity(parts, ending);
      ended = true;
    },
    postpone: async () => {
      const deliveries = parts.kept.deliveries + 1;
      if (deliveries >= MAX_DELIVERIES) return false;
      await postponeDelivery(parts, deliveries);
      postponed = true;
      return true;
    },
  };
}

/** Whoever was posting it when the process died has left no word of how that ended. */
function placeholderOf(kept: KeptOutbox): Placeholder {
  if (kept.placeholder === 'none') return { state: 'none' };
  if (kept.placeholder !== 'posted') return { state: 'unknown' };
  if (kept.placeholder_id === null) throw changed(undefined);
  return { state: 'posted', id: kept.placeholder_id };
}

/** The condition of every step: the lease, the attempt and the edit that we were given. */
function isOurs({ held, holder }: OutboxParts): RawBuilder<unknown> {
  return sql`tenant_id = ${held.tenant_id} and record_id = ${held.record_id} and lease_by = ${holder}
    and attempts = ${held.attempts} and revision = ${held.revision}`;
}

async function keepStep(parts: OutboxParts, change: RawBuilder<unknown>): Promise<void> {
  await whileOurs(parts, async (transaction) => {
    const { rows } = await sql`
      with ours as (select tenant_id, record_id from activity where ${isOurs(parts)} and state = 'running' for update)
      update outbox set ${change} from ours
      where outbox.tenant_id = ours.tenant_id and outbox.record_id = ours.record_id returning 1`.execute(transaction);
    return rows.length > 0;
  });
}

/** The end and the end of its content are one; whoever waits behind it is called. */
async function endActivity(parts: OutboxParts, ending: Ending): Promise<void> {
  await whileOurs(parts, async (transaction) => {
    const { rows } = await sql`
      with ended as (
        update activity set state = ${ending.state}, code = ${ending.code ?? null}, finished_at = clock_timestamp(), lease_until = null
        where ${isOurs(parts)} and state in ('running', ${ending.state}) returning tenant_id, record_id
      ), dropped as (
        delete from record_key using ended where record_key.tenant_id = ended.tenant_id and record_key.record_id = ended.record_id
      ), cleared as (
        update outbox set sealed = null from ended
        where outbox.tenant_id = ended.tenant_id and outbox.record_id = ended.record_id and sealed is not null
      )
      select pg_notify(${INBOX_CHANNEL}, '') from ended`.execute(transaction);
    return rows.length > 0;
  });
}

/** `work` gives false when the activity is not ours any more. */
async function whileOurs({ database, held }: OutboxParts, work: (transaction: Transaction<Schema>) => Promise<boolean>): Promise<void> {
  if (!(await outlastOutage(() => inTenant(database, held.tenant_id, work)))) throw new NotOurs();
}

async function postponeDelivery(parts: OutboxParts, deliveries: number): Promise<void> {
  const { held } = parts;
  const pause = Math.min(LONGEST_RETRY_MILLISECONDS, parts.firstRetryMilliseconds * 2 ** (deliveries - 1));
  await keepStep(parts, sql`deliveries = ${deliveries}`);
  await outlastOutage(() =>
    inTenant(parts.database, held.tenant_id, async (transaction) => {
      await sql`
        update activity set state = 'waiting', lease_until = null, excused = excused + 1,
          not_before = clock_timestamp() + make_interval(secs => ${pause / 1000}::float8)
        where ${isOurs(parts)} and state = 'running'`.execute(transaction);
    }),
  );
}
