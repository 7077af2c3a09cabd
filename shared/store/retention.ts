import { sql } from 'kysely';
import { acrossTenants, inTenant, type Database } from './database.ts';
import type { RecordOwner } from './record-keys.ts';

/** Records of one transaction: fifty of the largest uploads are deleted in seconds, well within a statement's time. */
const BATCH_RECORDS = 50;
/** Any number that nobody else uses: one process at a time does this work. */
const RETENTION_LOCK = 7_304_771;

/**
 * Deletes what has expired, of all tenants: the keys, and with them all that they seal. In batches, by one process at a time.
 * Gives the number of records; zero too when another process is at it.
 */
export async function deleteExpired(database: Database, batchRecords = BATCH_RECORDS): Promise<number> {
  let deleted = 0;
  for (;;) {
    const batch = await acrossTenants(database, async (transaction) => {
      const lock = await sql<{ held: boolean }>`select pg_try_advisory_xact_lock(${RETENTION_LOCK}) as held`.execute(transaction);
      if (lock.rows[0]?.held !== true) return 0;
      const gone = await sql`delete from record_key where (tenant_id, record_id) in (
        select tenant_id, record_id from record_key where expires_at <= clock_timestamp() order by expires_at limit ${batchRecords}
      )`.execute(transaction);
      return Number(gone.numAffectedRows ?? 0n);
    });
    deleted += batch;
    if (batch < batchRecords) return deleted;
  }
}

/** Erases everything that is kept of a person's: the keys, and with them all that they seal. Gives the number of records. */
export async function erasePerson(database: Database, person: RecordOwner): Promise<number> {
  return inTenant(database, person.tenantId, async (transaction) => {
    const { numDeletedRows } = await transaction
      .deleteFrom('record_key')
      .where('tenant_id', '=', person.tenantId)
      .where('object_id', '=', person.objectId)
      .executeTakeFirst();
    return Number(numDeletedRows);
  });
}
