import { once } from 'node:events';
import pg from 'pg';
import { setTimeout as wait } from 'node:timers/promises';
import type { Log } from '../ports.ts';
import { hasCode } from '../store/has-code.ts';
import type { Database } from '../store/database.ts';

/** A server that restarts is back within seconds. */
const RECONNECT_MILLISECONDS = 250;
const CONNECT_MILLISECONDS = 5_000;
/** A connection that died without a word is found out by the system's own probes. */
const KEEP_ALIVE_MILLISECONDS = 10_000;

/** A payload of the channel; undefined when some may have been missed: look for yourself. */
export type Hear = (payload: string | undefined) => void;

export interface Notifications {
  /** Hears a channel from now on. Gives what ends it. A missed notice is normal: who listens must also look now and then. */
  on(channel: string, hear: Hear): () => void;
  close(): Promise<void>;
}

/**
 * One connection of this process that listens (LISTEN), opened again when it breaks. Payloads are ids, never content. It needs a
 * direct connection: behind PgBouncer nothing is heard, and everything works by looking alone. pg-listen was weighed: its
 * newest release is of 2020.
 */
export function listenForNotifications(database: Pick<Database, 'url'>, log: Log): Notifications {
  const heard = new Map<string, Set<Hear>>();
  const closing = new AbortController();
  const closed = once(closing.signal, 'abort');
  let client: pg.Client | undefined;

  const tell = (channel: string, payload: string | undefined): void => {
    for (const hear of heard.get(channel) ?? []) hear(payload);
  };
  const listenOnce = async (): Promise<void> => {
    const fresh = newClient(database.url);
    const broken = Promise.withResolvers<undefined>();
    for (const event of ['error', 'end'] as const) fresh.on(event, () => broken.resolve(undefined));
    fresh.on('notification', ({ channel, payload }) => {
      tell(channel, payload ?? '');
    });
    try {
      await fresh.connect();
      client = fresh;
      for (const channel of heard.keys()) await fresh.query(`listen ${pg.escapeIdentifier(channel)}`);
      for (const channel of heard.keys()) tell(channel, undefined);
      await Promise.race([broken.promise, closed]);
    } catch (error) {
      log.warn(
        { cause: hasCode(error, 'ECONNREFUSED') ? 'ECONNREFUSED' : 'connection' },
        'the database does not take the connection that listens',
      );
    } finally {
      client = undefined;
      await end(fresh);
    }
  };
  const keepListening = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      await listenOnce();
      await Promise.race([wait(RECONNECT_MILLISECONDS), closed]);
    }
  };
  const kept = keepListening();

  return {
    on: (channel, hear) => {
      const all = heard.get(channel) ?? new Set();
      if (!heard.has(channel)) {
        heard.set(channel, all);
        // Before the connection is there it is listened to when it comes; one that breaks now is opened again.
        client?.query(`listen ${pg.escapeIdentifier(channel)}`).catch(() => client?.end());
      }
      all.add(hear);
      return () => {
        all.delete(hear);
      };
    },
    close: async () => {
      closing.abort();
      await kept;
    },
  };
}

function newClient(url: string): pg.Client {
  return new pg.Client({
    connectionString: url,
    application_name: 'humphrey-listen',
    connectionTimeoutMillis: CONNECT_MILLISECONDS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MILLISECONDS,
  });
}

async function end(client: pg.Client): Promise<void> {
  try {
    await client.end();
  } catch {
    // It was broken already, which is as good.
    return;
  }
}
