import { readConfig, type Environment } from '../../bot/config.ts';
import { startHost, type Host } from '../../bot/host.ts';
import type { TaskEvent } from '../../shared/contract/task-event.ts';
import type { Engine } from '../../shared/ports.ts';
import { createKeptLog, type KeptLog } from '../fakes/fake-ports.ts';

export interface Humphrey extends Host {
  origin: string;
  log: KeptLog;
}

/** The real host on a free port, without the Playground; with the offline engine unless another is given. */
export async function startHumphrey(environment: Environment = {}, engine?: Engine): Promise<Humphrey> {
  const log = createKeptLog();
  const config = readConfig({ PORT: '0', PLAYGROUND: 'off', HUMPHREY_OFFLINE: 'on', ...environment });
  const host = await startHost(config, { log, ...(engine ? { engine } : {}) });
  return { ...host, origin: `http://localhost:${host.port}`, log };
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
