import { CompiledQuery, sql, type Transaction } from 'kysely';
import { PgBoss, type JobAttempt } from 'pg-boss';
import type { Log } from '../ports.ts';
import type { Database } from '../store/database.ts';
import type { Schema } from '../store/schema.ts';

const QUEUE = 'unit';
const BOSS_SCHEMA = 'humphrey_jobs';
/** Besides the twelve of the store; the dispatcher sends few, large statements. */
const CONNECTIONS = 4;
/** pg-boss takes no less than 10. A killed process's tickets are handed out again after this and a look. */
const HEARTBEAT_SECONDS = 10;
const MONITOR_SECONDS = 2;
/** Before a failed unit is tried again: a busy or restarting server is back by then. */
const RETRY_SECONDS = 3;
/** The units count their attempts themselves; a ticket comes again until its unit says otherwise. */
const TICKET_RETRIES = 10_000;
/** A unit that takes longer is renewed by its heartbeat, not cut. */
const EXPIRE_SECONDS = 23 * 60 * 60;
/** Used tickets are of no use; the units remember. */
const DELETE_AFTER_SECONDS = 600;
/** Rows of one insert. */
const INSERT_BATCH = 2_000;
const PERSON_PRIORITY = 10;

/** The right to look at one unit: handed to one process at a time, and again when that one is gone. */
export interface Ticket {
  attempt: JobAttempt;
  unitId: string;
}

/** pg-boss as the dispatcher uses it: tickets in and out, many at a time. */
export interface TicketQueue {
  /** In the transaction that writes the units: neither is there without the other. */
  add(transaction: Transaction<Schema>, unitIds: readonly string[], bulk: boolean): Promise<void>;
  /** Those of people first. */
  take(most: number): Promise<Ticket[]>;
  done(tickets: readonly Ticket[]): Promise<void>;
  /** They come again a little later. */
  again(tickets: readonly Ticket[]): Promise<void>;
  renew(tickets: readonly Ticket[]): Promise<void>;
  close(): Promise<void>;
}

/** Opens the queue in its own schema. Any number of processes may do it at once. `supervise`: this process looks for lost tickets. */
export async function openTicketQueue(database: Database, options: { log: Log; supervise: boolean }): Promise<TicketQueue> {
  const boss = new PgBoss({
    connectionString: database.url,
    schema: BOSS_SCHEMA,
    application_name: 'humphrey-jobs',
    max: CONNECTIONS,
    supervise: options.supervise,
    schedule: false,
    monitorIntervalSeconds: MONITOR_SECONDS,
    superviseIntervalSeconds: MONITOR_SECONDS,
  });
  // Without a listener a connection that breaks would end the process.
  boss.on('error', (error) => {
    options.log.warn({ cause: error.name }, 'the job queue could not reach the database');
  });
  await boss.start();
  await boss.createQueue(QUEUE, {
    policy: 'standard',
    retryLimit: TICKET_RETRIES,
    retryDelay: RETRY_SECONDS,
    heartbeatSeconds: HEARTBEAT_SECONDS,
    expireInSeconds: EXPIRE_SECONDS,
    deleteAfterSeconds: DELETE_AFTER_SECONDS,
  });
  const attemptsOf = (tickets: readonly Ticket[]): JobAttempt[] => tickets.map((ticket) => ticket.attempt);
  return {
    add: async (transaction, unitIds, bulk) => {
      // The queue's tables are the owner's; the rest of the transaction stays what it is.
      await sql`set local role none`.execute(transaction);
      const db = {
        executeSql: async (text: string, values?: unknown[]) => ({
          rows: (await transaction.executeQuery(CompiledQuery.raw(text, values))).rows,
        }),
      };
      for (let from = 0; from < unitIds.length; from += INSERT_BATCH) {
        const batch = unitIds
          .slice(from, from + INSERT_BATCH)
          .map((unitId) => ({ data: { unitId }, priority: bulk ? 0 : PERSON_PRIORITY }));
        await boss.insert(QUEUE, batch, { db });
      }
      await sql`set local role ${sql.id(database.roles.app)}`.execute(transaction);
    },
    take: async (most) => {
      const jobs = await boss.fetch<{ unitId: string }>(QUEUE, { batchSize: most, includeMetadata: true });
      return jobs.map(({ id, retryCount, data }) => ({ attempt: { id, retryCount }, unitId: data.unitId }));
    },
    done: async (tickets) => {
      if (tickets.length > 0) await boss.complete(QUEUE, attemptsOf(tickets));
    },
    again: async (tickets) => {
      if (tickets.length > 0) await boss.fail(QUEUE, attemptsOf(tickets));
    },
    renew: async (tickets) => {
      if (tickets.length > 0) await boss.touch(QUEUE, attemptsOf(tickets));
    },
    close: () => boss.stop({ graceful: false, close: true }),
  };
}
