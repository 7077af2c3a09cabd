/** Those in this process who wait for something to happen to a thing with an id. */
export interface Wakers {
  /** Resolves when the id is woken, when the time is over, or when the signal aborts. */
  wait(id: string, until: { milliseconds: number; signal: AbortSignal }): Promise<void>;
  /** Undefined wakes everybody: something may have been missed. */
  wake(id: string | undefined): void;
}

export function createWakers(): Wakers {
  const waiting = new Map<string, Set<() => void>>();
  return {
    wait: (id, { milliseconds, signal }) =>
      new Promise((resolve) => {
        const all = waiting.get(id) ?? new Set();
        waiting.set(id, all);
        const done = (): void => {
          clearTimeout(timer);
          signal.removeEventListener('abort', done);
          all.delete(done);
          if (all.size === 0 && waiting.get(id) === all) waiting.delete(id);
          resolve();
        };
        const timer = setTimeout(done, milliseconds);
        all.add(done);
        signal.addEventListener('abort', done, { once: true });
        if (signal.aborted) done();
      }),
    wake: (id) => {
      const woken = id === undefined ? [...waiting.values()] : [waiting.get(id) ?? []];
      for (const all of woken) for (const done of [...all]) done();
    },
  };
}
