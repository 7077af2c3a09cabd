import { startEmbeddedPostgres } from '../../shared/store/embedded-postgres.ts';

/** A process that holds the embedded server of a folder, as the host does: stops it on SIGTERM, leaves it when it is killed. */
export interface Held {
  url?: string;
  adopted?: boolean;
  milliseconds?: number;
  /** Why it could not. */
  error?: { code: string; message: string };
}

const [folder = '', port] = process.argv.slice(2);
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const begun = performance.now();
try {
  const server = await startEmbeddedPostgres({ folder, log: silent, ...(port === undefined ? {} : { port: Number(port) }) });
  // The server does not keep its holder alive; a host has its own reasons to live.
  setInterval(() => undefined, 60_000);
  process.once('SIGTERM', () => {
    void server.stop().then(() => process.exit(0));
  });
  process.send?.({ url: server.url, adopted: server.adopted, milliseconds: performance.now() - begun } satisfies Held);
} catch (error) {
  const { code, message } = error as { code: string; message: string };
  process.send?.({ error: { code, message } } satisfies Held, () => process.exit(1));
}
