import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { leaveTestDatabase, takeTestDatabase } from '../store/shared-server.ts';
import { personalMessage } from '../teams/activities.ts';
import { startTrial } from './crash-trial.ts';

const CONNECTIONS = 10;
/** About a hundred messages a second in all. */
const PAUSE_MILLISECONDS = 100;
const MESSAGES = 1_000;
/** Not counted: the first messages of a fresh process. */
const WARM_UP = 100;
const MODEL_MILLISECONDS = 5_000;

export interface DurableAcknowledgement {
  messages: number;
  refused: number;
  p50: number;
  p99: number;
  longest: number;
}

/** Milliseconds from a message to its 200 when it is a sealed row on disk by then; the process that takes it answers others too. */
export async function benchDurableAcknowledgement(): Promise<DurableAcknowledgement> {
  const folder = await mkdtemp(join(tmpdir(), 'humphrey-bench-'));
  const databaseUrl = await takeTestDatabase();
  const trial = await startTrial({ databaseUrl, keyFile: join(folder, 'keys'), times: {}, modelMilliseconds: MODEL_MILLISECONDS });
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  try {
    const child = await trial.startChild();
    await child.order('work');
    const taken: number[] = [];
    let refused = 0;
    let sent = 0;
    const connection = async (): Promise<void> => {
      while (sent < MESSAGES + WARM_UP) {
        const number = (sent += 1);
        const body = {
          serviceUrl: trial.connector.url,
          id: `n${number}`,
          text: `ask ${'words '.repeat(200)}`,
          conversation: `a:${number}`,
        };
        const begun = performance.now();
        const status = await post({ agent, port: child.port }, { ...personalMessage(body), timestamp: new Date().toISOString() });
        if (number > WARM_UP) taken.push(performance.now() - begun);
        if (status !== 200) refused += 1;
        await wait(PAUSE_MILLISECONDS);
      }
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, connection));
    taken.sort((a, b) => a - b);
    const at = (share: number): number => taken[Math.min(taken.length - 1, Math.floor(taken.length * share))] ?? NaN;
    return { messages: taken.length, refused, p50: at(0.5), p99: at(0.99), longest: at(1) };
  } finally {
    agent.destroy();
    await trial.stop();
    await leaveTestDatabase(databaseUrl);
    await rm(folder, { recursive: true });
  }
}

function post({ agent, port }: { agent: Agent; port: number }, body: unknown): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, method: 'POST', agent }, (answer) => {
      answer.resume();
      answer.once('end', () => {
        resolve(answer.statusCode);
      });
    });
    sent.once('error', reject);
    sent.end(JSON.stringify(body));
  });
}

if (process.argv[1] === import.meta.filename) console.log(await benchDurableAcknowledgement());
