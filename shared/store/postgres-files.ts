import { sql, type Transaction } from 'kysely';
import { z } from 'zod';
import { HumphreyError } from '../errors.ts';
import type { Asker, Clock, FileBytes, Files, KeyWrapper } from '../ports.ts';
import { inTenant, type Database } from './database.ts';
import {
  createRecordKey,
  openRecordKey,
  recordIdOf,
  recordKeyColumns,
  requireRecordId,
  type KeptRecordKey,
  type NewRecordKey,
  type RecordKey,
} from './record-keys.ts';
import type { Schema } from './schema.ts';
import { changed } from './sealing.ts';

/** An upload is used by the next request or not at all. */
export const FILE_LIFE_MILLISECONDS = 60 * 60 * 1000;
/** What POST /api/files takes. */
export const MAX_FILE_BYTES = 50 * 1024 * 1024;
/** Bytes of unexpired uploads of one person: ten of the largest. */
export const MAX_PERSON_BYTES = 10 * MAX_FILE_BYTES;
/** One row: sealed in a millisecond, and a file is never held twice as text on its way (bytea travels back as hexadecimal). */
const PART_BYTES = 1024 * 1024;

/** What a person knows of a file is content, and sealed like it; so is the number of parts, so that none can go missing. */
const Header = z.object({ name: z.string(), contentType: z.string().optional(), size: z.number().int(), parts: z.number().int() });

export interface PostgresFilesParts {
  database: Database;
  wrapper: KeyWrapper;
  clock: Clock;
  newId: () => string;
  lifeMilliseconds?: number;
  /** Bytes of unexpired uploads of one person. */
  personBytes?: number;
}

interface Upload {
  file: FileBytes;
  key: NewRecordKey;
  owner: Asker;
  now: Date;
  personBytes: number;
}

/** Uploads as sealed rows of one megabyte, kept for an hour unless said otherwise. */
export function createPostgresFiles({
  database,
  wrapper,
  clock,
  newId,
  lifeMilliseconds = FILE_LIFE_MILLISECONDS,
  personBytes = MAX_PERSON_BYTES,
}: PostgresFilesParts): Files {
  return {
    put: async (file, owner) => {
      if (file.bytes.byteLength > MAX_FILE_BYTES)
        throw new HumphreyError('too-large', 'The file is larger than 50 MB. Send a smaller one, or only the part that matters.');
      const id = newId();
      const now = clock.now();
      const key = await createRecordKey(wrapper, {
        owner,
        recordId: requireRecordId('file', id),
        expiresAt: new Date(now.getTime() + lifeMilliseconds),
      });
      await inTenant(database, owner.tenantId, (transaction) => insertFile(transaction, { file, key, owner, now, personBytes }));
      return id;
    },
    get: async (id, owner) => {
      const recordId = recordIdOf('file', id);
      if (recordId === undefined) return undefined;
      const row = await inTenant(database, owner.tenantId, (transaction) =>
        transaction
          .selectFrom('file')
          .innerJoin('record_key', (join) =>
            join.onRef('record_key.tenant_id', '=', 'file.tenant_id').onRef('record_key.record_id', '=', 'file.record_id'),
          )
          .where('file.tenant_id', '=', owner.tenantId)
          .where('file.record_id', '=', recordId)
          .where('record_key.object_id', '=', owner.objectId)
          .where('record_key.expires_at', '>', clock.now())
          .select([...recordKeyColumns, 'file.sealed'])
          .executeTakeFirst(),
      );
      if (!row) return undefined;
      const key = await openRecordKey(wrapper, row);
      const header = Header.parse(JSON.parse(key.unseal('file', row.sealed).toString('utf8')));
      const bytes = await inTenant(database, owner.tenantId, (transaction) => readParts(transaction, { key, header, row }));
      if (!bytes) return undefined;
      return { name: header.name, ...(header.contentType === undefined ? {} : { contentType: header.contentType }), bytes };
    },
  };
}

async function insertFile(transaction: Transaction<Schema>, { file, key, owner, now, personBytes }: Upload): Promise<void> {
  const { tenant_id, record_id } = key.row;
  const size = file.bytes.byteLength;
  await refuseTooMany(transaction, { owner, size, now, personBytes });
  await transaction.insertInto('record_key').values(key.row).execute();
  const header: z.infer<typeof Header> = {
    name: file.name,
    ...(file.contentType === undefined ? {} : { contentType: file.contentType }),
    size,
    parts: Math.ceil(size / PART_BYTES),
  };
  await transaction
    .insertInto('file')
    .values({ tenant_id, record_id, size, sealed: key.seal('file', Buffer.from(JSON.stringify(header))) })
    .execute();
  for (let part = 0; part < header.parts; part += 1) {
    const sealed = key.seal('file_part', file.bytes.subarray(part * PART_BYTES, (part + 1) * PART_BYTES), part);
    await transaction.insertInto('file_part').values({ tenant_id, record_id, part, sealed }).execute();
  }
}

async function refuseTooMany(
  transaction: Transaction<Schema>,
  { owner, size, now, personBytes }: Omit<Upload, 'file' | 'key'> & { size: number },
): Promise<void> {
  const { held } = await transaction
    .selectFrom('file')
    .innerJoin('record_key', (join) =>
      join.onRef('record_key.tenant_id', '=', 'file.tenant_id').onRef('record_key.record_id', '=', 'file.record_id'),
    )
    .where('record_key.tenant_id', '=', owner.tenantId)
    .where('record_key.object_id', '=', owner.objectId)
    .where('record_key.expires_at', '>', now)
    .select(sql<string>`coalesce(sum(file.size), 0)`.as('held'))
    .executeTakeFirstOrThrow();
  if (Number(held) + size > personBytes) {
    throw new HumphreyError('rate-limited', 'Too many of your files are waiting to be read. Try again in a few minutes.', {
      details: { retryAfterSeconds: 60 },
    });
  }
}

/** The file's bytes; undefined when it expired or was erased meanwhile. */
async function readParts(
  transaction: Transaction<Schema>,
  { key, header, row }: { key: RecordKey; header: z.infer<typeof Header>; row: KeptRecordKey },
): Promise<Uint8Array | undefined> {
  const bytes = new Uint8Array(header.size);
  for (let part = 0; part < header.parts; part += 1) {
    const found = await transaction
      .selectFrom('file_part')
      .where('tenant_id', '=', row.tenant_id)
      .where('record_id', '=', row.record_id)
      .where('part', '=', part)
      .select('sealed')
      .executeTakeFirst();
    if (!found && !(await isThere(transaction, row))) return undefined;
    if (!found) throw changed(undefined);
    bytes.set(key.unseal('file_part', found.sealed, part), part * PART_BYTES);
  }
  return bytes;
}

async function isThere(transaction: Transaction<Schema>, row: KeptRecordKey): Promise<boolean> {
  const found = await transaction
    .selectFrom('record_key')
    .where('tenant_id', '=', row.tenant_id)
    .where('record_id', '=', row.record_id)
    .select('record_id')
    .executeTakeFirst();
  return found !== undefined;
}
