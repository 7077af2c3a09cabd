import pg from 'pg';
import { setTimeout as wait } from 'node:timers/promises';
import { HumphreyError } from '../../errors.ts';
import { hasCode } from '../has-code.ts';
import { findPort } from './find-port.ts';
import { isServerOf, readPostmasterFile, removeStalePostmasterFile, type Postmaster } from './postmaster-file.ts';
import { dataFolderOf, hasData, keepPort, readPort, type ServerPlace } from './server-folder.ts';
import { createData, OWNER_ROLE, startServer, stopServer } from './server-program.ts';

/** A server that is adopted may be starting, or may have been told to stop by a process that then died. */
const ANSWER_MILLISECONDS = 60_000;

export interface RunningServer {
  processId: number;
  port: number;
  adopted: boolean;
}

export interface WantedServer {
  password: string;
  /** Without it the port of the last time, or any free one. */
  port: number | undefined;
}

/** The live server of the folder, or a new one. Only under the start lock: two of our processes never do this at once. */
export async function findOrStart(place: ServerPlace, wanted: WantedServer): Promise<RunningServer> {
  const data = dataFolderOf(place);
  const found = await readPostmasterFile(data);
  if (found) {
    const port = await portOnceItAnswers(found, place, wanted.password);
    if (port !== undefined) return { processId: found.processId, port, adopted: true };
    await removeStalePostmasterFile(data, found);
  }
  if (!(await hasData(place))) await createData(place);
  const port = wanted.port ?? (await findPort(await readPort(place)));
  const processId = await startServer(place, port);
  try {
    await keepPort(place, port);
    await connectOnce(port, wanted.password);
  } catch (error) {
    // It runs, and nobody would ever stop it.
    await stopServer(place);
    throw hasCode(error, '28P01') ? noAnswer(place, error) : error;
  }
  return { processId, port, adopted: false };
}

export function urlOf(port: number, password: string, database: string): string {
  return `postgres://${OWNER_ROLE}:${password}@127.0.0.1:${port}/${database}`;
}

/** The port, once the server takes our password; undefined when it is not, or no longer, alive. */
async function portOnceItAnswers(found: Postmaster, place: ServerPlace, password: string): Promise<number | undefined> {
  const end = performance.now() + ANSWER_MILLISECONDS;
  for (;;) {
    const now = await readPostmasterFile(dataFolderOf(place));
    if (now?.processId !== found.processId || !(await isServerOf(found.processId, dataFolderOf(place)))) return undefined;
    try {
      await connectOnce(now.port, password);
      return now.port;
    } catch (error) {
      // 57P03: starting, recovering or stopping. A refusal: not listening yet, or no longer.
      if (!hasCode(error, '57P03', 'ECONNREFUSED', 'ECONNRESET') || performance.now() > end) throw noAnswer(place, error);
    }
    await wait(20);
  }
}

function noAnswer({ folder }: ServerPlace, cause: unknown): HumphreyError {
  const message = hasCode(cause, '28P01')
    ? `The database in ${folder} does not take the password in ${folder}/password. Put the right password file back.`
    : `A database server runs on ${folder}, but it does not answer. Look at ${folder}/server.log; stop that server, then start Humphrey again.`;
  return new HumphreyError('store-unavailable', message, { cause });
}

/** Connects to Humphrey's own database, which is made where there is none: the first time. */
async function connectOnce(port: number, password: string): Promise<void> {
  try {
    await query(urlOf(port, password, OWNER_ROLE), 'select 1');
  } catch (error) {
    if (!hasCode(error, '3D000')) throw error;
    await query(urlOf(port, password, 'postgres'), `create database ${OWNER_ROLE}`);
  }
}

async function query(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  // A connection that breaks is told by the query.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query(text);
  } finally {
    await client.end();
  }
}
