import { Kysely, PostgresDialect, sql } from 'kysely';
import { Migrator, type Migration } from 'kysely/migration';
import pg from 'pg';
import { HumphreyError } from '../errors.ts';
import { rolesOf, type DatabaseRoles } from './database-roles.ts';
import { foundation } from './migrations/0001-foundation.ts';
import { tasks } from './migrations/0002-tasks.ts';
import { inbox } from './migrations/0003-inbox.ts';
import { jobs } from './migrations/0004-jobs.ts';
import { SCHEMA_NAME } from './schema.ts';
import { asStoreError } from './store-error.ts';

/** In order of their names; one that has been released is never changed. */
const migrations: Record<string, (roles: DatabaseRoles) => Migration> = {
  '0001-foundation': foundation,
  '0002-tasks': tasks,
  '0003-inbox': inbox,
  '0004-jobs': jobs,
};

/** What is supported: by their makers, and by the statements that we use. */
const OLDEST_VERSION = 15;
const NEWEST_VERSION = 18;

/**
 * Brings the schema up to date as the owner. Kysely's migrator takes a lock in the database, so that processes that start
 * together wait for the first; all of it is one transaction. Throws store-unavailable with the remedy.
 */
export async function migrateDatabase(url: string): Promise<void> {
  // No statement timeout: waiting for another process's migration is no fault. Two: the migrator asks beside its own transaction.
  const pool = new pg.Pool({
    connectionString: url,
    max: 2,
    application_name: 'humphrey-migrate',
    connectionTimeoutMillis: 10_000,
    options: `-c search_path=${SCHEMA_NAME}`,
  });
  // A connection that breaks is told by the statement.
  pool.on('error', () => undefined);
  const database = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  try {
    await checkVersion(database);
    const roles = rolesOf(url);
    const all = Object.entries(migrations).map(([name, create]) => [name, create(roles)] as const);
    const provider = { getMigrations: () => Promise.resolve(Object.fromEntries(all)) };
    const migrator = new Migrator({
      db: database,
      provider,
      migrationTableSchema: SCHEMA_NAME,
    });
    const { error } = await migrator.migrateToLatest();
    if (error !== undefined) throw asStoreError(error);
  } catch (error) {
    throw asStoreError(error);
  } finally {
    await database.destroy();
  }
}

async function checkVersion(database: Kysely<unknown>): Promise<void> {
  const { rows } = await sql<{ version: string }>`select current_setting('server_version_num') as version`.execute(database);
  const major = Math.floor(Number(rows[0]?.version) / 10_000);
  if (major >= OLDEST_VERSION && major <= NEWEST_VERSION) return;
  throw new HumphreyError(
    'store-unavailable',
    `DATABASE_URL leads to PostgreSQL ${major}. Humphrey works with versions ${OLDEST_VERSION} to ${NEWEST_VERSION}.`,
  );
}
