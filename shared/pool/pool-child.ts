import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { errorCodes } from '../contract/task-event.ts';
import { HumphreyError } from '../errors.ts';
import type { ChildMessage, JobFailure, ParentMessage } from './pool-messages.ts';
import { residentMegabytesOf } from './resident-memory.ts';

/** A parser can take 1 GB a second, so a look every 50 ms lets it pass the limit by about 50 MB; one look costs 0.1 ms. */
const MEMORY_LOOK_MILLISECONDS = 50;
/** A job that heeds its signal stops within this, on a busy machine too; the others are killed, which costs 0.2 s for a new child. */
const CANCEL_GRACE_MILLISECONDS = 500;
/** A child that has kept this share of its memory after a job is replaced, so that the next job has room. */
const KEPT_MEMORY_SHARE = 0.6;
/** Enough of a failed start's own words for the log. Nothing a started child prints is kept: it may be content. */
const START_WORDS_CHARACTERS = 2_000;

export interface ChildLimits {
  heapMegabytes: number;
  residentMegabytes: number;
  killAfterMilliseconds: number;
  /** How long a cancelled job may take to stop before its child is killed. Half a second unless given. */
  cancelGraceMilliseconds?: number;
  /** What the person reads when their job was ended by a limit or ended its child. */
  words: { tooLong: string; tooMuchMemory: string; crashed: string };
}

export interface PoolJob {
  id: number;
  name: string;
  input: unknown;
  resolve: (value: unknown) => void;
  reject: (error: HumphreyError) => void;
}

/** `onGone` gives what a child printed that ended before it was ready, and undefined for all others. */
export interface ChildEvents {
  onFree: () => void;
  onGone: (failedStart: string | undefined) => void;
}

/** One child process: starting, free, busy with one job, or gone. */
export class PoolChild {
  readonly #limits: ChildLimits;
  readonly #events: ChildEvents;
  readonly #process: ChildProcess;
  readonly gone: Promise<void>;
  #state: 'starting' | 'free' | 'busy' | 'ending' = 'starting';
  #job: PoolJob | undefined;
  #timers: NodeJS.Timeout[] = [];
  #startWords = '';

  constructor(entry: URL, limits: ChildLimits, events: ChildEvents) {
    this.#limits = limits;
    this.#events = events;
    this.#process = fork(entry, {
      serialization: 'advanced',
      execPath: process.execPath,
      // The young generation counts on top of the old one: with the default, 128 MB asked for is 336 MB allowed.
      execArgv: [
        `--max-old-space-size=${limits.heapMegabytes}`,
        '--max-semi-space-size=16',
        '--disable-warning=ExperimentalWarning',
        ...permissions(entry),
      ],
      // A child reads hostile bytes and needs no key: it gets nothing of our environment.
      env: {},
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#process.stderr?.on('data', (chunk: Buffer) => {
      if (this.#state === 'starting') this.#startWords = (this.#startWords + chunk.toString('utf8')).slice(-START_WORDS_CHARACTERS);
    });
    this.#process.on('message', (message) => {
      this.#onMessage(message as ChildMessage);
    });
    this.gone = new Promise((resolve) => {
      const onEnd = (signal: NodeJS.Signals | null): void => {
        this.#onExit(signal);
        resolve();
      };
      this.#process.once('exit', (_code, signal) => {
        onEnd(signal);
      });
      this.#process.on('error', (error) => {
        this.#startWords += error.message;
        // A process that never came to be has no exit.
        if (this.#process.pid === undefined) onEnd(null);
        else this.#process.kill('SIGKILL');
      });
    });
    this.#hold(true);
  }

  get state(): 'starting' | 'free' | 'busy' | 'ending' {
    return this.#state;
  }

  /** Only for a free child. The job's own promise tells how it ends. */
  work(job: PoolJob): void {
    this.#state = 'busy';
    this.#job = job;
    this.#hold(true);
    const { killAfterMilliseconds, words } = this.#limits;
    this.#timers = [
      setTimeout(() => {
        this.end(new HumphreyError('unreadable', words.tooLong));
      }, killAfterMilliseconds),
      setInterval(() => void this.#lookAtMemory(), MEMORY_LOOK_MILLISECONDS),
    ];
    try {
      this.#send({ kind: 'job', id: job.id, name: job.name, input: job.input });
    } catch (thrown) {
      // What cannot be cloned is a fault of ours, not of the person's document.
      this.#settle()?.reject(new HumphreyError('internal-error', words.crashed, { cause: thrown }));
      this.#becomeFree();
    }
  }

  /** Tells the child to stop its job; a child that does not within the grace is killed. */
  cancel(job: PoolJob): void {
    if (this.#job !== job) return;
    this.#settle();
    this.#send({ kind: 'cancel', id: job.id });
    this.#timers = [
      setTimeout(() => {
        this.end(undefined);
      }, this.#limits.cancelGraceMilliseconds ?? CANCEL_GRACE_MILLISECONDS),
    ];
  }

  /** Kills the child; `error` is what its job, if it has one, ends with. */
  end(error: HumphreyError | undefined): void {
    const job = this.#settle();
    if (error) job?.reject(error);
    this.#state = 'ending';
    // close() waits for the end, so our process must not end before.
    this.#hold(true);
    this.#process.kill('SIGKILL');
  }

  #send(message: ParentMessage): void {
    // A closed channel is told by `exit`, which fails the job in words.
    this.#process.send(message, () => undefined);
  }

  #onMessage(message: ChildMessage): void {
    if (this.#state === 'ending') return;
    if (message.kind === 'ready') {
      this.#becomeFree();
      return;
    }
    // An answer that crosses a cancellation has no job any more, but tells that the child is free again.
    const job = this.#job?.id === message.id ? this.#job : undefined;
    this.#settle();
    if (message.kind === 'answer') job?.resolve(message.value);
    else job?.reject(asError(message.failure));
    void this.#freeOrReplace();
  }

  #onExit(signal: NodeJS.Signals | null): void {
    const failedStart = this.#state === 'starting' ? this.#startWords : undefined;
    this.#state = 'ending';
    // V8 ends the process with SIGABRT when its heap is full.
    const words = signal === 'SIGABRT' ? this.#limits.words.tooMuchMemory : this.#limits.words.crashed;
    this.#settle()?.reject(new HumphreyError('unreadable', words));
    this.#events.onGone(failedStart);
  }

  async #lookAtMemory(): Promise<void> {
    const job = this.#job;
    const megabytes = await this.#residentMegabytes();
    if (job === this.#job && megabytes !== undefined && megabytes > this.#limits.residentMegabytes) {
      this.end(new HumphreyError('unreadable', this.#limits.words.tooMuchMemory));
    }
  }

  async #freeOrReplace(): Promise<void> {
    const megabytes = await this.#residentMegabytes();
    if (this.#state !== 'busy') return;
    if (megabytes !== undefined && megabytes > this.#limits.residentMegabytes * KEPT_MEMORY_SHARE) this.end(undefined);
    else this.#becomeFree();
  }

  async #residentMegabytes(): Promise<number | undefined> {
    return this.#process.pid === undefined ? undefined : residentMegabytesOf(this.#process.pid);
  }

  #becomeFree(): void {
    this.#state = 'free';
    this.#hold(false);
    this.#events.onFree();
  }

  #settle(): PoolJob | undefined {
    for (const timer of this.#timers) clearInterval(timer);
    this.#timers = [];
    const job = this.#job;
    this.#job = undefined;
    return job;
  }

  /** A starting or busy child keeps our process alive; a free one must not. */
  #hold(hold: boolean): void {
    const pipe = this.#process.stderr as (NodeJS.ReadableStream & { unref?: () => void }) | null;
    pipe?.unref?.();
    if (hold) {
      this.#process.ref();
      this.#process.channel?.ref();
    } else {
      this.#process.unref();
      this.#process.channel?.unref();
    }
  }
}

const root = new URL('../../', import.meta.url);

/**
 * Node's permission model: a child reads our code and its libraries, writes nothing, starts nothing and loads no binary
 * add-on. (Node 24 has no such switch for the network; a container's egress list is what holds that.)
 */
function permissions(entry: URL): string[] {
  const readable = [new URL('shared/', root), new URL('node_modules/', root), new URL('./', entry)].map(
    (folder) => `${fileURLToPath(folder)}*`,
  );
  return [
    '--permission',
    '--allow-worker',
    ...[...readable, fileURLToPath(new URL('package.json', root))].map((path) => `--allow-fs-read=${path}`),
  ];
}

function asError(failure: JobFailure): HumphreyError {
  const code = errorCodes.includes(failure.code) ? failure.code : 'internal-error';
  return new HumphreyError(code, failure.message, {
    ...(failure.details ? { details: failure.details } : {}),
    ...(failure.cause ? { cause: failure.cause } : {}),
  });
}
