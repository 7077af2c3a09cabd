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

/** A task that a person asked for over the API. */
export interface TaskTable {
  tenant_id: string;
  record_id: string;
  object_id: string;
  /** A digest of the person's Idempotency-Key. */
  idempotency: Buffer | null;
  /** What tells a repeat from another request with the same key, sealed. */
  sealed: Buffer;
  state: Generated<'waiting' | 'running' | 'ended'>;
  cancelled: Generated<boolean>;
  /** How many workers have begun it. */
  attempts: Generated<number>;
  /** The worker that holds it, until `lease_until`. */
  lease_by: string | null;
  lease_until: Date | null;
  created_at: Created;
}

/** The request of a task with its sources, sealed in parts under a key of its own that goes when the task ends. */
export interface TaskRequestTable {
  tenant_id: string;
  record_id: string;
  part: number;
  sealed: Buffer;
}

export interface TaskEventTable {
  tenant_id: string;
  record_id: string;
  /** From 1. */
  number: number;
  sealed: Buffer;
}

/** Who asked which model for what, when, and what it cost; no content. Rows are never changed. */
export interface ModelCallTable {
  sequence: Generated<string>;
  call_id: string;
  event: 'begun' | 'ended';
  at: Created;
  tenant_id: string;
  object_id: string;
  /** The task, turn or unit of work that the call was made for. */
  work_id: string;
  task: string;
  stage: string;
  model: string;
  prompt_version: string;
  kind: 'person' | 'bulk';
  attempt: number;
  outcome: string | null;
  input_tokens: number | null;
  cached_input_tokens: number | null;
  output_tokens: number | null;
  cost_amount: number | null;
  cost_currency: string | null;
}

/** One activity that was accepted: ids, hashes of ids, times and states, never content. */
export interface ActivityTable {
  tenant_id: string;
  record_id: string;
  /** Order of acceptance. */
  sequence: Generated<string>;
  channel: string;
  /** SHA-256 of the team's id; '' where there is none. */
  team: string;
  /** SHA-256 of channel and conversation id. */
  conversation: string;
  /** SHA-256 of the activity's id. */
  activity: string;
  lane: 'turns' | 'beside';
  object_id: string;
  sent_at: Date;
  verdict: 'stale' | 'full' | null;
  state: Generated<'waiting' | 'running' | 'answered' | 'refused' | 'failed' | 'expired'>;
  code: string | null;
  /** Times that it was taken. */
  attempts: Generated<number>;
  /** Of these, the ones that were no fault of its own: a stop, a delivery put off. */
  excused: Generated<number>;
  /** Counts the edits. */
  revision: Generated<number>;
  /** The process that has it, or had it last. */
  lease_by: string | null;
  lease_until: Date | null;
  not_before: Generated<Date>;
  stop: 'cancelled' | 'withdrawn' | null;
  /** The activity that said "cancel". */
  stop_by: string | null;
  accepted_at: Created;
  finished_at: Date | null;
}

export interface ActivityContentTable {
  tenant_id: string;
  record_id: string;
  sealed: Buffer;
}

/** The one answer to an activity, on its way out. Its key is the activity's. */
export interface OutboxTable {
  tenant_id: string;
  record_id: string;
  placeholder: Generated<'none' | 'posting' | 'unknown' | 'posted'>;
  placeholder_id: string | null;
  orphans: Generated<number>;
  deliveries: Generated<number>;
  /** The answer, sealed with the activity's key, until it is delivered. */
  sealed: Buffer | null;
}

/** What a conversation remembers, in parts of one megabyte. */
export interface FollowUpTable {
  tenant_id: string;
  record_id: string;
  sequence: Generated<string>;
  conversation: string;
  kind: 'last' | 'pending';
  /** SHA-256 of a pending choice's id. */
  pending: string | null;
  taken_by: string | null;
  parts: number;
}

export interface FollowUpPartTable {
  tenant_id: string;
  record_id: string;
  part: number;
  sealed: Buffer;
}

export interface GreetingTable {
  tenant_id: string;
  conversation: string;
  greeted_by: string;
  greeted_at: Created;
}

/** A piece of background work that consists of units. */
export interface JobRunTable {
  tenant_id: string;
  run_id: string;
  object_id: string;
  /** Of its kind: a run is begun once. */
  key: string;
  kind: string;
  bulk: boolean;
  state: Generated<'running' | 'paused' | 'cancelled'>;
  created_at: Created;
}

export interface JobUnitTable {
  tenant_id: string;
  run_id: string;
  unit_id: string;
  /** Of its run: a unit is done once. */
  key: string;
  /** Ids only. */
  payload: ColumnType<Record<string, unknown>, string, never>;
  state: Generated<'waiting' | 'running' | 'done' | 'dead' | 'cancelled'>;
  attempts: Generated<number>;
  /** The code of its last failure. */
  reason: string | null;
  lease_by: string | null;
  lease_until: Date | null;
}

export interface JobEventTable {
  tenant_id: string;
  run_id: string;
  /** From 1. */
  number: number;
  at: Created;
  /** Counts and states. */
  data: ColumnType<Record<string, unknown>, string, never>;
}

/** Every table of the schema `humphrey`. */
export interface Schema {
  record_key: RecordKeyTable;
  result: ResultTable;
  file: FileTable;
  file_part: FilePartTable;
  model_quota: ModelQuotaTable;
  task: TaskTable;
  task_request: TaskRequestTable;
  task_event: TaskEventTable;
  model_call: ModelCallTable;
  job_run: JobRunTable;
  job_unit: JobUnitTable;
  job_event: JobEventTable;
  activity: ActivityTable;
  activity_content: ActivityContentTable;
  outbox: OutboxTable;
  follow_up: FollowUpTable;
  follow_up_part: FollowUpPartTable;
  greeting: GreetingTable;
}

export const SCHEMA_NAME = 'humphrey';
