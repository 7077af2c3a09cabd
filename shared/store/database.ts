import { Kysely, PostgresDialect, sql, type Transaction } from 'kysely';
import pg from 'pg';
import type { Log } from '../ports.ts';
import { HumphreyError } from '../errors.ts';
import { rolesOf, type DatabaseRoles } from './database-roles.ts';
import { checkDatabaseUrl } from './database-url.ts';
import { migrateDatabase } from './migrate.ts';
import { SCHEMA_NAME, type Schema } from './schema.ts';
import { asStoreError } from './store-error.ts';

/**
 * Connections of one process. Two cores do the work of three or four at once; twelve leave room for the ones that wait for a
 * lock, and five such processes beside their job queues (six each) fit in the 100 that PostgreSQL allows.
 */
const POOL_SIZE = 12;
/** A request that cannot even get a connection within this is better told to come back. */
const CONNECT_MILLISECONDS = 5_000;
/** Our longest statement, a batch of retention, takes seconds; what takes longer is a fault, and holds others up. */
const STATEMENT_MILLISECONDS = 30_000;
/** Waiting for a row that another transaction holds: those take milliseconds. */
const LOCK_MILLISECONDS = 10_000;
/** A transaction is never held open across a model call; one that is forgotten must not keep vacuum from its work. */
const IDLE_TRANSACTION_MILLISECONDS = 60_000;
/** A connection that is not used for this long is closed. */
const IDLE_MILLISECONDS = 30_000;

export interface DatabaseOptions {
  /** Of a role that may create schemas and roles: the embedded server's, or DATABASE_URL. */
  url: string;
  log: Log;
  poolSize?: number;
}

/** The database as the app sees it. */
export interface Database {
  /** For tables without a tenant. Of tenants' tables it sees nothing: they are reached through `inTenant`. */
  kysely: Kysely<Schema>;
  /** For what needs connections of its own: the job queue, LISTEN. Holds the password. */
  url: string;
  roles: DatabaseRoles;
  /** Brings the schema up to date. Any number of processes may do it at once; needed before anything else. */
  migrate: () => Promise<void>;
  /** True when a statement gets through now. */
  isReady: () => Promise<boolean>;
  close: () => Promise<void>;
}

/** Opens the pool; the first connection is made when it is needed. Throws store-unavailable for an address that is wrong. */
export function openDatabase({ url, log, poolSize = POOL_SIZE }: DatabaseOptions): Database {
  checkDatabaseUrl(url);
  const roles = rolesOf(url);
  const pool = new pg.Pool({
    connectionString: url,
    max: poolSize,
    application_name: 'humphrey',
    connectionTimeoutMillis: CONNECT_MILLISECONDS,
    idleTimeoutMillis: IDLE_MILLISECONDS,
    statement_timeout: STATEMENT_MILLISECONDS,
    lock_timeout: LOCK_MILLISECONDS,
    idle_in_transaction_session_timeout: IDLE_TRANSACTION_MILLISECONDS,
    keepAlive: true,
    // From its first statement on a connection is not the owner: what forgets its tenant sees nothing.
    options: `-c role=${roles.app} -c search_path=${SCHEMA_NAME}`,
  });
  // Without a listener an idle connection that breaks would end the process.
  pool.on('error', (error) => {
    log.warn(
      { cause: 'code' in error && typeof error.code === 'string' ? error.code : error.name },
      'an idle connection to the database broke',
    );
  });
  // Nor may one that breaks between two statements of a transaction: the next statement tells it.
  pool.on('connect', (client) => {
    client.on('error', () => undefined);
  });
  const kysely = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
  return {
    kysely,
    url,
    roles,
    migrate: () => migrateDatabase(url),
    isReady: async () => {
      try {
        await sql`select 1`.execute(kysely);
        return true;
      } catch (error) {
        log.warn({ cause: asStoreError(error).code }, 'the database is not ready');
        return false;
      }
    },
    close: () => kysely.destroy(),
  };
}

/**
 * Runs work in a transaction that sees and writes the rows of one tenant only, whatever its statements say. The tenant comes
 * from a checked identity, never from a request's own words. Throws store-unavailable when the database is out.
 */
export async function inTenant<Result>(
  database: Database,
  tenantId: string,
  work: (transaction: Transaction<Schema>) => Promise<Result>,
): Promise<Result> {
  if (tenantId === '') throw new HumphreyError('internal-error', 'Work for a tenant needs its id.');
  return transact(database, async (transaction) => {
    await sql`select set_config('humphrey.tenant', ${tenantId}, true)`.execute(transaction);
    return work(transaction);
  });
}

/**
 * Runs background work in a transaction across tenants, as a role that may do only what a table's own migration allows it
 * (retention: drop expired keys). Never for work on a person's behalf.
 */
export async function acrossTenants<Result>(
  database: Database,
  work: (transaction: Transaction<Schema>) => Promise<Result>,
): Promise<Result> {
  return transact(database, async (transaction) => {
    await sql`set local role ${sql.id(database.roles.worker)}`.execute(transaction);
    return work(transaction);
  });
}

async function transact<Result>(database: Database, work: (transaction: Transaction<Schema>) => Promise<Result>): Promise<Result> {
  try {
    return await database.kysely.transaction().execute(work);
  } catch (error) {
    throw asStoreError(error);
  }
}
