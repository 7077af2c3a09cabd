/** Work of which one piece at a time is done, first come, first served. */
export interface Turns {
  /** Who gives up while waiting loses its turn, and nobody else does. Rejects with the signal's reason. */
  take: <Result>(signal: AbortSignal, work: () => Promise<Result>) => Promise<Result>;
}

/** p-limit(1) was weighed: what waits in its queue cannot be cancelled. */
export function createTurns(): Turns {
  let last: Promise<void> = Promise.resolve();
  return {
    take: async (signal, work) => {
      const before = last;
      const { promise, resolve } = Promise.withResolvers<undefined>();
      last = before.then(() => promise);
      try {
        await orAborted(before, signal);
        signal.throwIfAborted();
        return await work();
      } finally {
        resolve(undefined);
      }
    },
  };
}

/** Resolves when the turn comes or the signal aborts. */
async function orAborted(turn: Promise<void>, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const abort = (): void => {
    resolve(undefined);
  };
  signal.addEventListener('abort', abort, { once: true });
  try {
    await Promise.race([turn, promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
