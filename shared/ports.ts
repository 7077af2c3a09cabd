import type { z } from 'zod';
import type { TaskName, TaskOptions } from './contract/task-request.ts';
import type { TaskResult } from './contract/task-result.ts';
import type { Passage, ReadSource } from './passage.ts';

/** Who asks: always from a checked identity, never from the request's own words. */
export interface Asker {
  tenantId: string;
  /** Entra object id, or the development identity's. With tenantId it is the owner's key. */
  objectId: string;
  /** For display and for "is this action yours"; never an authority. */
  name?: string;
  address?: string;
}

/** What an engine needs to do a task its own way; plain data, so that it can cross to another process. */
export interface EngineInput {
  instruction: string;
  passages: Passage[];
  options: TaskOptions;
  asker: { name?: string; address?: string };
  /** ISO 8601 day on which the task runs, for dates such as "by Friday". */
  today: string;
  /** Of the mail being answered. */
  envelope?: { from?: string; subject?: string };
}

/** One call of an engine. `task` and `stage` name the fixed prompt; only an engine renders the passages. */
export interface EngineCall<Output> {
  task: { name: TaskName | 'choose-task'; version: string; prompt: string };
  stage: 'choose' | 'run' | 'map' | 'merge' | 'repair';
  input: EngineInput;
  schema: z.ZodType<Output>;
  /** JSON paths (`$.points.*`) whose elements are handed to onElement as soon as each is whole. */
  elements?: readonly string[];
  onElement?: (path: string, value: unknown) => void;
  /** Stage `repair` only: what the checks found wrong in the answer before, one sentence each. */
  repair?: { problems: string[] };
}

export interface EngineUsage {
  inputTokens: number;
  cachedInputTokens: number;
  outputTokens: number;
  cost: { amount: number; currency: string } | null;
}

export interface EngineAnswer<Output> {
  /** Parsed by the call's schema and by nothing else: treat it as hostile. */
  output: Output;
  /** The model that answered, by its own name. */
  model: string;
  usage: EngineUsage;
}

export interface Engine {
  readonly name: 'openai' | 'offline';
  readonly model: string;
  /** Tokens of passages that fit one call; Infinity where the engine has no such limit. */
  readonly passageTokenLimit: number;
  /** Throws HumphreyError model-failed, model-unavailable, rate-limited or cancelled. */
  run<Output>(call: EngineCall<Output>, signal: AbortSignal): Promise<EngineAnswer<Output>>;
}

/** The bytes of one document with the name the person knows it by. */
export interface FileBytes {
  name: string;
  contentType?: string;
  bytes: Uint8Array;
}

/** What reads sources, apart from the event loop: bytes and HTML are hostile. */
export interface SourceReader {
  /** Throws HumphreyError unsupported-type, unreadable, encrypted, too-large or empty-source. */
  readDocument(file: FileBytes, signal: AbortSignal): Promise<ReadSource>;
  readEmail(email: EmailToRead, signal: AbortSignal): Promise<ReadSource[]>;
  readThread(thread: ThreadToRead, signal: AbortSignal): Promise<ReadSource>;
}

export interface EmailToRead {
  subject: string;
  from: { name?: string; address?: string };
  to: { name?: string; address: string }[];
  cc: { name?: string; address: string }[];
  sent?: string;
  html?: string;
  text?: string;
  attachments: { name: string; contentType?: string; bytes?: Uint8Array }[];
}

export interface ThreadToRead {
  title?: string;
  messages: { author: string; sent: string; html?: string; text?: string }[];
}

/** A channel's thread, root message first. */
export interface ThreadReader {
  readThread(place: ThreadPlace, signal: AbortSignal): Promise<ThreadToRead>;
}

export interface ThreadPlace {
  /** Entra group id of the team. */
  teamId: string;
  channelId: string;
  rootMessageId: string;
}

/** What is kept of a finished task for its owner. */
export interface KeptResult {
  owner: { tenantId: string; objectId: string };
  result: TaskResult;
}

export interface ResultStore {
  put(kept: KeptResult): Promise<void>;
  /** Undefined when there is none, or it is somebody else's. */
  get(id: string, owner: Asker): Promise<TaskResult | undefined>;
  delete(id: string, owner: Asker): Promise<void>;
}

/** Uploads that live an hour. */
export interface Files {
  put(file: FileBytes, owner: Asker): Promise<string>;
  get(id: string, owner: Asker): Promise<FileBytes | undefined>;
}

/** The rate that the model's provider allows, shared by all our processes. A person's call goes before bulk work. */
export interface ModelQuota {
  /** Waits its turn. Throws HumphreyError cancelled, rate-limited when a person's turn is too far off, store-unavailable. */
  reserve(call: QuotaCall, signal: AbortSignal): Promise<Reservation>;
  /** Takes the limits from the headers of any reply of the provider (`x-ratelimit-limit-*`). */
  learn(headers: Headers): Promise<void>;
}

export interface QuotaCall {
  kind: 'person' | 'bulk';
  promptTokens: number;
  /** The limit that the call states: providers charge it when they let the call in, whatever is written in the end. */
  maxOutputTokens: number;
}

export interface Reservation {
  /** To be called once, however the call ended. */
  settle(outcome: CallOutcome): Promise<void>;
}

export type CallOutcome =
  /** `promptTokens` as the provider counted them, where it said so. */
  | { kind: 'answered'; promptTokens?: number }
  /** Too fast, as the provider sees it: nobody calls before the time is over. */
  | { kind: 'refused'; retryAfterMilliseconds: number }
  /** It never left: cancelled, or no connection. */
  | { kind: 'unsent' };

/** Wraps the keys of records: a key file on one machine, a key vault in a cloud. The wrapping key never leaves it. */
export interface KeyWrapper {
  /** Which of its keys wraps now; older ones still unwrap what they wrapped. */
  readonly keyId: string;
  wrap(key: Uint8Array, place: WrappedPlace): Promise<Uint8Array>;
  /** Throws HumphreyError store-unavailable when it has no such key, internal-error when the wrapped key is not the one of this place. */
  unwrap(wrapped: Uint8Array, place: WrappedPlace & { keyId: string }): Promise<Uint8Array>;
}

/** The record that a key is for: its wrapped form is worthless anywhere else. */
export interface WrappedPlace {
  tenantId: string;
  recordId: string;
}

export interface Clock {
  now(): Date;
}

/** Ids only, sizes, codes, milliseconds: content never reaches a log line. */
export interface Log {
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
}
export type LogFields = Record<string, string | number | boolean | undefined>;

/** Everything `handleTask` may reach. */
export interface Ports {
  engine: Engine;
  reader: SourceReader;
  results: ResultStore;
  files: Files;
  clock: Clock;
  log: Log;
  newId: () => string;
}

/** Child processes that do one job at a time each, and are killed when they take too long or too much memory. */
export interface Pool {
  /** `input` and the answer are structured-clone data. Throws HumphreyError: the job's own, unreadable or too-large on a kill, cancelled. */
  run: (job: { name: string; input: unknown }, signal: AbortSignal) => Promise<unknown>;
  close: () => Promise<void>;
}
