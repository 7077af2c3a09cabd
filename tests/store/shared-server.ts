import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { openDatabase } from '../../shared/store/database.ts';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../shared/store/embedded-postgres.ts';

/** One embedded server for all hosts of a test file, with a migrated template: a database of one's own takes a tenth of a second. */
interface SharedServer {
  server: EmbeddedPostgres;
  folder: string;
}

const TEMPLATE = 'humphrey_template';
const silentLog = { info: () => undefined, warn: () => undefined, error: () => undefined };

let shared: Promise<SharedServer> | undefined;
let users = 0;
/** Between two tests that each start a host nobody uses the server, and it stays; in a bench it goes with its last user. */
const { afterAll } = globalThis as { afterAll?: (work: () => Promise<void>, milliseconds: number) => void };
let isLast = afterAll === undefined;
// Runs before the file's own hooks, so the last host to stop may come after it.
afterAll?.(async () => {
  isLast = true;
  if (users === 0) await stopShared();
}, 30_000);

/** The address of a new, migrated database. */
export async function takeTestDatabase(): Promise<string> {
  users += 1;
  const { server } = await (shared ??= startShared());
  const name = `test_${randomBytes(6).toString('hex')}`;
  await run(server.url, `create database ${name} template ${TEMPLATE}`);
  return addressOf(server, name);
}

/** Drops it; the last one to leave stops the server. */
export async function leaveTestDatabase(url: string): Promise<void> {
  if (shared) await run((await shared).server.url, `drop database if exists ${new URL(url).pathname.slice(1)} with (force)`);
  users -= 1;
  if (users === 0 && isLast) await stopShared();
}

async function startShared(): Promise<SharedServer> {
  const folder = await mkdtemp(join(tmpdir(), 'humphrey-flows-'));
  const server = await startEmbeddedPostgres({ folder, log: silentLog });
  await run(server.url, `create database ${TEMPLATE}`);
  const database = openDatabase({ url: addressOf(server, TEMPLATE), log: silentLog });
  await database.migrate();
  await database.close();
  return { server, folder };
}

async function stopShared(): Promise<void> {
  const stopping = shared;
  shared = undefined;
  if (!stopping) return;
  const { server, folder } = await stopping;
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}

function addressOf(server: EmbeddedPostgres, name: string): string {
  const address = new URL(server.url);
  address.pathname = name;
  return address.href;
}

async function run(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query(statement);
  } finally {
    await client.end();
  }
}
