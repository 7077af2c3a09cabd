import { randomBytes } from 'node:crypto';
import type { Insertable, Selectable, Transaction } from 'kysely';
import { HumphreyError } from '../errors.ts';
import type { KeyWrapper } from '../ports.ts';
import type { RecordKeyTable, Schema } from './schema.ts';
import { KEY_BYTES, seal, unseal } from './sealing.ts';

/** Ids that we make, and what a person may write into an address in their place. */
const safeId = /^[\w.:-]{1,200}$/u;

export interface RecordOwner {
  tenantId: string;
  objectId: string;
}

/** The key of one record in our hands: it seals and opens that record's values. */
export interface RecordKey {
  seal: (table: string, plain: Uint8Array, part?: number) => Buffer;
  unseal: (table: string, sealed: Uint8Array, part?: number) => Buffer;
}

export interface NewRecordKey extends RecordKey {
  /** To be inserted in the transaction that writes the record, before it. */
  row: Insertable<RecordKeyTable>;
}

export type KeptRecordKey = Pick<Selectable<RecordKeyTable>, 'tenant_id' | 'record_id' | 'key_id' | 'wrapped'>;
export const recordKeyColumns = ['record_key.tenant_id', 'record_key.record_id', 'record_key.key_id', 'record_key.wrapped'] as const;

/** `result/…`: the id that a record's key, row and seal share. Undefined for an id that none of ours can be. */
export function recordIdOf(table: keyof Schema, id: string): string | undefined {
  return safeId.test(id) ? `${table}/${id}` : undefined;
}

/** A key for a new record, wrapped. Outside any transaction: a key vault takes its time. */
export async function createRecordKey(
  wrapper: KeyWrapper,
  record: { owner: RecordOwner; recordId: string; expiresAt: Date },
): Promise<NewRecordKey> {
  const key = randomBytes(KEY_BYTES);
  const place = { tenantId: record.owner.tenantId, recordId: record.recordId };
  return {
    ...keyInHand(key, place),
    row: {
      tenant_id: place.tenantId,
      record_id: place.recordId,
      object_id: record.owner.objectId,
      key_id: wrapper.keyId,
      wrapped: Buffer.from(await wrapper.wrap(key, place)),
      expires_at: record.expiresAt,
    },
  };
}

/** The key of a record that was read. Outside any transaction, as above. */
export async function openRecordKey(wrapper: KeyWrapper, row: KeptRecordKey): Promise<RecordKey> {
  const place = { tenantId: row.tenant_id, recordId: row.record_id };
  return keyInHand(await wrapper.unwrap(row.wrapped, { ...place, keyId: row.key_id }), place);
}

/** Drops a record's key, if it is this person's, and all that it seals with it. True when there was one. */
export async function dropRecordKey(transaction: Transaction<Schema>, owner: RecordOwner, recordId: string): Promise<boolean> {
  const dropped = await transaction
    .deleteFrom('record_key')
    .where('tenant_id', '=', owner.tenantId)
    .where('record_id', '=', recordId)
    .where('object_id', '=', owner.objectId)
    .executeTakeFirst();
  return dropped.numDeletedRows > 0n;
}

/** For ids that we made ourselves. */
export function requireRecordId(table: keyof Schema, id: string): string {
  const recordId = recordIdOf(table, id);
  if (recordId === undefined)
    throw new HumphreyError('internal-error', 'A record needs an id of letters, digits, dots, colons and dashes.');
  return recordId;
}

function keyInHand(key: Uint8Array, place: { tenantId: string; recordId: string }): RecordKey {
  const at = (table: string, part: number | undefined) => ({ ...place, table, ...(part === undefined ? {} : { part }) });
  return {
    seal: (table, plain, part) => seal(key, at(table, part), plain),
    unseal: (table, sealed, part) => unseal(key, at(table, part), sealed),
  };
}
