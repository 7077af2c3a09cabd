import { TaskResult } from '../contract/task-result.ts';
import type { Clock, KeyWrapper, ResultStore } from '../ports.ts';
import { inTenant, type Database } from './database.ts';
import { createRecordKey, dropRecordKey, openRecordKey, recordIdOf, recordKeyColumns, requireRecordId } from './record-keys.ts';
import { changed } from './sealing.ts';

/** A day: as long as "shorter" and "make it firmer" may still refer to a result. */
export const RESULT_LIFE_MILLISECONDS = 24 * 60 * 60 * 1000;

export interface PostgresResultsParts {
  database: Database;
  wrapper: KeyWrapper;
  clock: Clock;
  lifeMilliseconds?: number;
}

/** Results as sealed rows, each under a key of its own, kept for a day unless said otherwise. */
export function createPostgresResults({
  database,
  wrapper,
  clock,
  lifeMilliseconds = RESULT_LIFE_MILLISECONDS,
}: PostgresResultsParts): ResultStore {
  return {
    put: async ({ owner, result }) => {
      const recordId = requireRecordId('result', result.id);
      const expiresAt = new Date(clock.now().getTime() + lifeMilliseconds);
      const key = await createRecordKey(wrapper, { owner, recordId, expiresAt });
      const sealed = key.seal('result', Buffer.from(JSON.stringify(result)));
      await inTenant(database, owner.tenantId, async (transaction) => {
        // The same result once more takes the place of the first.
        await dropRecordKey(transaction, owner, recordId);
        await transaction.insertInto('record_key').values(key.row).execute();
        await transaction.insertInto('result').values({ tenant_id: owner.tenantId, record_id: recordId, sealed }).execute();
      });
    },
    get: async (id, owner) => {
      const recordId = recordIdOf('result', id);
      if (recordId === undefined) return undefined;
      const row = await inTenant(database, owner.tenantId, (transaction) =>
        transaction
          .selectFrom('result')
          .innerJoin('record_key', (join) =>
            join.onRef('record_key.tenant_id', '=', 'result.tenant_id').onRef('record_key.record_id', '=', 'result.record_id'),
          )
          .where('result.tenant_id', '=', owner.tenantId)
          .where('result.record_id', '=', recordId)
          .where('record_key.object_id', '=', owner.objectId)
          .where('record_key.expires_at', '>', clock.now())
          .select([...recordKeyColumns, 'result.sealed'])
          .executeTakeFirst(),
      );
      if (!row) return undefined;
      const key = await openRecordKey(wrapper, row);
      const kept = TaskResult.safeParse(JSON.parse(key.unseal('result', row.sealed).toString('utf8')));
      if (!kept.success) throw changed(undefined);
      return kept.data;
    },
    delete: async (id, owner) => {
      const recordId = recordIdOf('result', id);
      if (recordId === undefined) return;
      await inTenant(database, owner.tenantId, (transaction) => dropRecordKey(transaction, owner, recordId));
    },
  };
}
