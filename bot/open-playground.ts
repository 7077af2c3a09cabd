import type { Log } from '../shared/ports.ts';
import { startPlayground } from './playground.ts';

export interface OpenPlayground {
  /** Undefined once it has failed. */
  url: () => string | undefined;
  failure: Promise<string | undefined>;
  stop: () => Promise<void>;
}

/** Starts the Playground beside the host: it takes a second or two, and nobody waits for it. */
export function openPlayground(port: number, parts: { botUrl: string; log: Log }): OpenPlayground {
  const started = startPlayground({ ...parts, port });
  let failed = false;
  return {
    url: () => (failed ? undefined : `http://localhost:${port}`),
    failure: started.then(
      () => undefined,
      (error: unknown) => {
        failed = true;
        return error instanceof Error ? error.message : 'The Playground did not start.';
      },
    ),
    stop: async () => {
      const playground = await started.catch(() => undefined);
      await playground?.stop();
    },
  };
}
