import { HumphreyError } from '../errors.ts';
import type { Pool } from '../ports.ts';
import { PoolChild, type ChildLimits, type PoolJob } from './pool-child.ts';

/** Jobs that may wait. Each holds its input, up to 50 MB; more waiting than this would end in memory, not in answers. */
const MAX_WAITING_JOBS = 200;

const defaultWords: ChildLimits['words'] = {
  tooLong: 'This took too long to read, so we stopped. Send a shorter document, or the part of it that you need.',
  tooMuchMemory: 'This needs too much memory to read, so we stopped. Send a smaller document, or the part of it that you need.',
  crashed: 'This could not be read: reading it stopped unexpectedly. Open it in its own program, save it again and retry.',
};

export interface ChildPoolOptions extends Omit<ChildLimits, 'words'> {
  /** The file each child runs; it calls runJobs(). */
  entry: URL;
  /** Most children at once. */
  size: number;
  /** The words for a person whose job was ended; those of reading a document unless given. */
  words?: Partial<ChildLimits['words']>;
}

export interface ChildPool extends Pool {
  /** Starts all children in the background and keeps them started, so that the first job does not wait for one. */
  warm: () => void;
}

/**
 * A pool of child processes, one job at a time each, reused. Threads would not do: a thread's memory limit leaves
 * buffers out. The libraries weighed: piscina and workerpool (no limit on resident memory), jest-worker (kills nothing).
 */
export function startChildPool({ entry, size, words, ...limits }: ChildPoolOptions): ChildPool {
  const pool = new WaitingPool(entry, size, { ...limits, words: { ...defaultWords, ...words } });
  return {
    run: (job, signal) => pool.run(job, signal),
    close: () => pool.close(),
    warm: () => {
      pool.warm();
    },
  };
}

class WaitingPool {
  readonly #entry: URL;
  readonly #size: number;
  readonly #limits: ChildLimits;
  readonly #children = new Set<PoolChild>();
  readonly #waiting: PoolJob[] = [];
  #lastId = 0;
  #keepWarm = false;
  #closed = false;

  constructor(entry: URL, size: number, limits: ChildLimits) {
    this.#entry = entry;
    this.#size = size;
    this.#limits = limits;
  }

  warm(): void {
    this.#keepWarm = true;
    while (!this.#closed && this.#children.size < this.#size) this.#startChild();
  }

  run({ name, input }: { name: string; input: unknown }, signal: AbortSignal): Promise<unknown> {
    return new Promise((resolve, reject: (error: HumphreyError) => void) => {
      if (this.#closed) reject(shuttingDown());
      else if (signal.aborted) reject(cancelled());
      else if (this.#waiting.length >= MAX_WAITING_JOBS) {
        reject(new HumphreyError('rate-limited', 'Humphrey is busy with other requests. Try again in a minute.'));
      } else {
        const onAbort = (): void => {
          this.#cancel(job);
        };
        const settle = (): void => {
          signal.removeEventListener('abort', onAbort);
        };
        const job: PoolJob = {
          id: ++this.#lastId,
          name,
          input,
          resolve: (value) => {
            settle();
            resolve(value);
          },
          reject: (error) => {
            settle();
            reject(error);
          },
        };
        signal.addEventListener('abort', onAbort, { once: true });
        this.#waiting.push(job);
        this.#dispatch();
      }
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const job of this.#waiting.splice(0)) job.reject(shuttingDown());
    await Promise.all(
      [...this.#children].map((child) => {
        child.end(shuttingDown());
        return child.gone;
      }),
    );
  }

  #cancel(job: PoolJob): void {
    const place = this.#waiting.indexOf(job);
    if (place >= 0) this.#waiting.splice(place, 1);
    for (const child of this.#children) child.cancel(job);
    job.reject(cancelled());
  }

  #dispatch(): void {
    for (const child of this.#children) {
      if (child.state !== 'free') continue;
      const job = this.#waiting.shift();
      if (!job) return;
      child.work(job);
    }
    let starting = [...this.#children].filter((child) => child.state === 'starting').length;
    while (starting < this.#waiting.length && this.#children.size < this.#size) {
      this.#startChild();
      starting += 1;
    }
  }

  #startChild(): void {
    const child: PoolChild = new PoolChild(this.#entry, this.#limits, {
      onFree: () => {
        this.#dispatch();
      },
      onGone: (failedStart) => {
        this.#children.delete(child);
        if (this.#closed) return;
        if (failedStart !== undefined) this.#failWaiting(failedStart);
        // One that could not even start is not tried again until a job asks for it: it would fail for ever.
        else if (this.#keepWarm) this.warm();
        this.#dispatch();
      },
    });
    this.#children.add(child);
  }

  #failWaiting(failedStart: string): void {
    this.#waiting.shift()?.reject(
      new HumphreyError(
        'internal-error',
        'Something went wrong on our side: what reads documents did not start. Tell your Humphrey team.',
        {
          cause: failedStart,
        },
      ),
    );
  }
}

const cancelled = (): HumphreyError => new HumphreyError('cancelled', 'The task was cancelled.');
const shuttingDown = (): HumphreyError => new HumphreyError('shutting-down', 'Humphrey is restarting. Try again in a minute.');
