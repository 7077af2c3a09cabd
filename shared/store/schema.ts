import type { ColumnType, Generated } from 'kysely';

/** Written by PostgreSQL, read as a Date. */
type Created = ColumnType<Date, never, never>;
/** Milliseconds since 1970 as a number with fractions (float8). */
type Milliseconds = number;

/**
 * The key of one sealed record, itself wrapped. Content rows refer to it and go with it, so that dropping keys is the one way
 * in which things expire and are erased.
 */
export interface RecordKeyTable {
  tenant_id: string;
  /** `result/…`, `file/…`: the table that the record lives in, and its id. */
  record_id: string;
  /** Whose record it is: Entra object id. */
  object_id: string;
  /** Which wrapping key wrapped it. */
  key_id: string;
  wrapped: Buffer;
  created_at: Created;
  expires_at: Date;
}

export interface ResultTable {
  tenant_id: string;
  record_id: string;
  /** The TaskResult as JSON, sealed. */
  sealed: Buffer;
}

export interface FileTable {
  tenant_id: string;
  record_id: string;
  /** Name, type, size and number of parts as JSON, sealed. */
  sealed: Buffer;
  /** Bytes of the whole file, for the limit of what one person may hold. */
  size: number;
}

export interface FilePartTable {
  tenant_id: string;
  record_id: string;
  /** From 0. */
  part: number;
  sealed: Buffer;
}

/** The model account's rate, shared by all processes and all tenants: the one table without a tenant. It holds no content. */
export interface ModelQuotaTable {
  model: string;
  /** `all`: everything; `bulk`: what bulk work has taken of it. */
  pool: 'all' | 'bulk';
  tokens_per_minute: number;
  requests_per_minute: number;
  /** When what has been reserved so far will have been used up, at the full rate. */
  tokens_until: Generated<Milliseconds>;
  requests_until: Generated<Milliseconds>;
  /** The provider asked us to wait until then. */
  blocked_until: Generated<Milliseconds>;
  /** The limits came from the provider's own headers. */
  learned: Generated<boolean>;
}

/** Every table of the schema `humphrey`. */
export interface Schema {
  record_key: RecordKeyTable;
  result: ResultTable;
  file: FileTable;
  file_part: FilePartTable;
  model_quota: ModelQuotaTable;
}

export const SCHEMA_NAME = 'humphrey';
