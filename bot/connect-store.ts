import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { KeyWrapper, Log } from '../shared/ports.ts';
import { openDatabase, type Database } from '../shared/store/database.ts';
import { openKeyFile } from '../shared/store/key-file-wrapper.ts';
import type { StoreSettings } from './config.ts';

/** The database, migrated, and the key that seals what is kept in it. */
export interface ConnectedStore {
  database: Database;
  wrapper: KeyWrapper;
  /** Closes the connections; the last process that uses the embedded server stops it. */
  close: () => Promise<void>;
}

/** Connects to DATABASE_URL, or starts or adopts the embedded server. Throws store-unavailable with the remedy. */
export async function connectStore(settings: StoreSettings, log: Log): Promise<ConnectedStore> {
  const server = await openServer(settings, log);
  try {
    const database = openDatabase({ url: server.url, log });
    try {
      await database.migrate();
      await mkdir(dirname(settings.keyFile), { recursive: true });
      const wrapper = await openKeyFile(settings.keyFile);
      return {
        database,
        wrapper,
        close: async () => {
          await database.close();
          await server.stop();
        },
      };
    } catch (error) {
      await database.close();
      throw error;
    }
  } catch (error) {
    await server.stop();
    throw error;
  }
}

async function openServer({ databaseUrl, dataFolder }: StoreSettings, log: Log): Promise<{ url: string; stop: () => Promise<void> }> {
  if (databaseUrl !== undefined) return { url: databaseUrl, stop: () => Promise.resolve() };
  const { startEmbeddedPostgres } = await import('../shared/store/embedded-postgres.ts');
  return startEmbeddedPostgres({ folder: join(dataFolder, 'postgres'), log });
}
