import type { z } from 'zod';
import type { Source, TaskName, TaskOptions, TaskRequest } from './contract/task-request.ts';
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
  /** Told of every attempt by engines that ask a provider: what holds the quota and the record of calls. */
  watch?: CallWatch;
}

/** What stands between an engine and its provider. */
export interface CallWatch {
  /** Before an attempt leaves; may wait for its turn. What it throws ends the call. */
  begin(attempt: ModelAttempt, signal: AbortSignal): Promise<WatchedAttempt>;
}

export interface ModelAttempt {
  /** From 1. */
  number: number;
  promptTokens: number;
  maxOutputTokens: number;
}

export interface WatchedAttempt {
  /** The headers of the provider's reply, whatever its status. */
  headers(headers: Headers): void;
  /** To be called once, however the attempt ended. */
  end(end: AttemptEnd): Promise<void>;
}

export interface AttemptEnd {
  quota: CallOutcome;
  /** `answered`, or the reason of the failure in one word. */
  outcome: string;
  /** As far as the provider said so. */
  usage?: EngineUsage;
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
  /** True: it tells a call's watch of every attempt. */
  readonly watched?: boolean;
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
  /** Sensitivity labels of the mail's own headers, for the marking gate only. */
  labels?: string[];
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

/** Background work in units, done by any process, each unit once; nothing of it is content, only ids and counts. */
export interface Jobs {
  /** Begins a run, or gives the one of this kind that has the key already. */
  start(run: NewRun): Promise<RunPlace>;
  /** Adds units; those whose keys the run has already stay as they are. Gives the number of new ones. */
  add(run: RunPlace, units: readonly NewUnit[]): Promise<number>;
  /** Begins no more units until it is resumed; what runs is finished. */
  pause(run: RunPlace): Promise<void>;
  resume(run: RunPlace): Promise<void>;
  /** Stops what runs and drops what waits, for good. */
  cancel(run: RunPlace): Promise<void>;
  /** Throws not-found. */
  progress(run: RunPlace): Promise<RunProgress>;
  /** Units that failed too often, with the code of the last failure. */
  dead(run: RunPlace): Promise<DeadUnit[]>;
  /** Lets dead units be tried anew. Gives their number. */
  retryDead(run: RunPlace): Promise<number>;
  /** The run's events after a number; again from the start for who asks for them. Ends with the signal. Throws not-found. */
  follow(run: RunPlace, options: { after?: number; signal: AbortSignal }): AsyncIterable<NumberedRunEvent>;
  /** Does units of these kinds from now on, in this process. */
  work(handlers: Record<string, HandleUnit>): Promise<void>;
  /** Begins no more, lets what runs end for a while, and gives back the rest. */
  stop(): Promise<void>;
}

/** Must be repeatable: a unit whose process is killed is done again. What it throws is a failed attempt. */
export type HandleUnit = (unit: Unit, signal: AbortSignal) => Promise<void>;

export interface RunPlace {
  tenantId: string;
  runId: string;
}

export interface NewRun {
  tenantId: string;
  /** Whose run it is. */
  objectId: string;
  kind: string;
  key: string;
  /** A person waits for it: before all bulk work. */
  priority: 'person' | 'bulk';
}

export interface NewUnit {
  key: string;
  /** Ids only. */
  payload: Record<string, unknown>;
}

export interface Unit extends RunPlace, NewUnit {
  /** From 1. */
  attempt: number;
}

export interface RunProgress {
  state: 'running' | 'paused' | 'cancelled';
  total: number;
  done: number;
  dead: number;
  cancelled: number;
  /** Waiting or running. */
  open: number;
}

export interface NumberedRunEvent {
  /** From 1. */
  number: number;
  progress: RunProgress;
}

export interface DeadUnit {
  key: string;
  attempts: number;
  /** A code, such as model-failed; `interrupted`: its process ended each time. */
  reason: string;
}

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

/** Where an activity came in. Ids only; they may be of any length. */
export interface ConversationPlace {
  tenantId: string;
  channel: string;
  conversation: string;
  /** The team that a channel's conversation belongs to. */
  team?: string;
}

/** An authenticated activity, to be kept before it is acknowledged. */
export interface Arrival extends ConversationPlace {
  activityId: string;
  /** Object id of who asked, and may cancel it; '' where no person did. */
  owner: string;
  /** By the channel's clock. */
  sentAt: Date;
  /** `turns`: one after another in its conversation. `beside`: not behind those ("cancel", "help"). */
  lane: 'turns' | 'beside';
  /** What answering it takes: sealed where it is kept, gone when it is answered. */
  payload: string;
}

/**
 * `stale` (sent too long ago) and `full` (too many wait in this conversation) are kept too, for the person to be told; `busy`
 * is not kept: the channel is to send it again later.
 */
export type Acceptance = 'accepted' | 'repeated' | 'stale' | 'full' | 'busy';

/** How an activity ended: each ends in one of these, and the person was told. `failed` is also what could not be delivered. */
export interface Ending {
  state: 'answered' | 'refused' | 'failed' | 'expired';
  /** Why, in one word of ours. */
  code?: string;
}

/** Keeps what people ask by messages until each is answered, once, whichever process does it and however often one dies. */
export interface Inbox {
  /** Resolves when it is kept. Throws store-unavailable: then it is not. */
  accept(arrival: Arrival): Promise<Acceptance>;
  /** An edited message takes the place of its first form, where that is not answered yet. False where there is nothing to redo. */
  replace(arrival: Arrival): Promise<boolean>;
  /** A deleted message: what waits is dropped, what runs is stopped. */
  withdraw(activity: ConversationPlace & { activityId: string }): Promise<void>;
  /** Stops what this person's turns run here and drops what waits, of what came before `by`; asked again, the same answer. */
  cancel(conversation: ConversationPlace & { owner: string; by: string }): Promise<{ running: boolean; waiting: number }>;
  /** Everything of the conversation, or of the whole team where one is named. */
  erase(place: ConversationPlace): Promise<void>;
  /** Hands activities over from now on. `handle` ends each through its outbox; one that throws is handed over again later. */
  work(handle: HandleActivity): void;
  /** True when something can be accepted now. */
  isReady(): Promise<boolean>;
  /** Resolves when nothing runs or waits. */
  idle(): Promise<void>;
  /** Hands over nothing more, and ends or gives back what runs. */
  stop(): Promise<void>;
}

/** The signal's reason is a HumphreyError where the person must be told, anything else where nothing more may be done. */
export type HandleActivity = (taken: TakenActivity, signal: AbortSignal) => Promise<void>;

export interface TakenActivity {
  id: string;
  payload: string;
  /** It is not to be worked on: only to be told why. `failed`: it was tried too often. */
  verdict: 'stale' | 'full' | 'expired' | 'failed' | undefined;
  outbox: Outbox;
}

/**
 * The one answer to an activity. Each step is kept before the next is done. Every method throws when the activity is no longer
 * ours (another process took it, or it was edited or erased): then nothing more may be sent.
 */
export interface Outbox {
  /** Of the content-free message whose place the answer takes. `unknown`: it may be there or not. */
  readonly placeholder: Placeholder;
  /** Messages that may stand for ever in the conversation, because nobody knows their ids. */
  readonly orphans: number;
  /** False where nothing outlives this process, so that nothing is tried again either. */
  readonly durable: boolean;
  /** The answer that was kept by who had the activity before. */
  readonly answer: string | undefined;
  keepPlaceholder(placeholder: Placeholder | { state: 'posting' }): Promise<void>;
  keepAnswer(answer: string): Promise<void>;
  end(ending: Ending): Promise<void>;
  /** The answer could not be delivered now: somebody tries again later. False when it has been tried long enough. */
  postpone(): Promise<boolean>;
}

export type Placeholder = { state: 'none' } | { state: 'unknown' } | { state: 'posted'; id: string };

/** What a follow-up of the same person in the same conversation refers to. */
export interface LastAnswer {
  resultId: string;
  /** Gone when they were too large to keep: then only a change to the result itself is possible. */
  sources: Source[];
}

/** What a conversation remembers, by person: the last answer for a day, a choice of tasks for half an hour. */
export interface FollowUps {
  putLast(conversation: string, asker: Asker, last: LastAnswer): void | Promise<void>;
  last(conversation: string, asker: Asker): LastAnswer | undefined | Promise<LastAnswer | undefined>;
  /** Keeps a request until the person has chosen its task. */
  putPending(pending: { id: string; conversation: string; asker: Asker; request: TaskRequest }): void | Promise<void>;
  /** Hands the request over once, and to the same `taker` again; undefined when it is gone, or is somebody else's or of elsewhere. */
  takePending(id: string, conversation: string, asker: Asker, taker: string): TaskRequest | undefined | Promise<TaskRequest | undefined>;
  /** False when this conversation was greeted a moment ago, by another than `taker`: an installation arrives as two activities. */
  shouldGreet(conversation: string, greeting: { tenantId: string; taker: string }): boolean | Promise<boolean>;
  /** Everything of the conversation, or of the whole team where one is named. */
  erase(conversation: string, place: ConversationPlace): void | Promise<void>;
}

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
