import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig, type Environment } from '../../bot/config.ts';
import { startHost, type Host } from '../../bot/host.ts';
import type { TaskEvent } from '../../shared/contract/task-event.ts';
import type { Engine } from '../../shared/ports.ts';
import { createKeptLog, type KeptLog } from '../fakes/fake-ports.ts';
import { leaveTestDatabase, takeTestDatabase } from '../store/shared-server.ts';

export interface Humphrey extends Host {
  origin: string;
  log: KeptLog;
}

/** Long enough for what ends by itself, short enough for what waits to be cut. */
const DRAIN_MILLISECONDS = 300;

/**
 * The real host on a free port, without the Playground, on a database of its own unless one is given; with the offline engine
 * unless another is given.
 */
export async function startHumphrey(environment: Environment = {}, engine?: Engine): Promise<Humphrey> {
  const log = createKeptLog();
  const folder = await mkdtemp(join(tmpdir(), 'humphrey-flow-'));
  const databaseUrl = environment['DATABASE_URL'] ?? (await takeTestDatabase());
  const leave = async (): Promise<void> => {
    if (environment['DATABASE_URL'] === undefined) await leaveTestDatabase(databaseUrl);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const settings = {
      PORT: '0',
      PLAYGROUND: 'off',
      HUMPHREY_OFFLINE: 'on',
      KEY_FILE: join(folder, 'keys'),
      ...environment,
      DATABASE_URL: databaseUrl,
    };
    const host = await startHost(readConfig(settings), { log, drainMilliseconds: DRAIN_MILLISECONDS, ...(engine ? { engine } : {}) });
    const stop = async (): Promise<void> => {
      await host.stop();
      await leave();
    };
    return { ...host, stop, origin: `http://localhost:${host.port}`, log };
  } catch (error) {
    await leave();
    throw error;
  }
}

/** POSTs a JSON body and gives status and JSON answer. */
export async function post(
  url: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<{ status: number; json: unknown; headers: Headers }> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const text = await answer.text();
  return { status: answer.status, json: text === '' ? undefined : JSON.parse(text), headers: answer.headers };
}

/** Reads a whole text/event-stream: each event with its number. */
export async function readEvents(answer: Response): Promise<{ id: number; event: TaskEvent }[]> {
  const blocks = (await answer.text()).split('\n\n').filter((block) => block.startsWith('id:'));
  return blocks.map((block) => {
    const [id, , data] = block.split('\n');
    return { id: Number(id?.slice(4)), event: JSON.parse(data?.slice(6) ?? 'null') as TaskEvent };
  });
}
