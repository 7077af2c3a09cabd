import { Agent, createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { Engine } from '../../shared/ports.ts';
import { startHumphrey } from '../flows/start-humphrey.ts';

/** Ten connections, each sending its next message a tenth of a second after its last was acknowledged: about 100 a second. */
const CONNECTIONS = 10;
const PAUSE_MILLISECONDS = 100;
const MESSAGES_PER_CONNECTION = 100;
/** Not counted: the first messages of a fresh process. */
const WARM_UP_MESSAGES = 10;
const MODEL_MILLISECONDS = 5_000;

/** An engine whose every answer takes five seconds. */
const slowEngine: Engine = {
  name: 'openai',
  model: 'slow-model',
  passageTokenLimit: Infinity,
  run: async (call, signal) => {
    await wait(MODEL_MILLISECONDS, undefined, { signal });
    const empty = { text: 'Nothing to report.', evidence: [] };
    const output = call.schema.parse({ headline: empty, points: [], actions: [], dates: [], questions: [] });
    return { output, model: 'slow-model', usage: { inputTokens: 0, cachedInputTokens: 0, outputTokens: 0, cost: null } };
  },
};

export interface AcknowledgementFigures {
  messages: number;
  refused: number;
  p50: number;
  p99: number;
  longest: number;
}

/** Milliseconds from POST /api/messages to its 200, over HTTP, while the model takes five seconds. */
export async function benchAcknowledgement(): Promise<AcknowledgementFigures> {
  const connector = createServer((request, response) => {
    request.resume();
    response.setHeader('Content-Type', 'application/json');
    response.end('{"id":"posted"}');
  });
  await new Promise<void>((resolve) => connector.listen(0, '127.0.0.1', resolve));
  const serviceUrl = `http://127.0.0.1:${(connector.address() as AddressInfo).port}`;
  const humphrey = await startHumphrey({}, slowEngine);
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const taken: number[] = [];
  let refused = 0;
  const connection = async (number: number): Promise<void> => {
    for (let message = 0; message < MESSAGES_PER_CONNECTION + WARM_UP_MESSAGES; message += 1) {
      const begun = performance.now();
      const status = await send(humphrey.port, agent, activity(`${number}-${message}`, serviceUrl));
      if (message >= WARM_UP_MESSAGES) taken.push(performance.now() - begun);
      if (status !== 200) refused += 1;
      await wait(PAUSE_MILLISECONDS);
    }
  };
  try {
    await Promise.all(Array.from({ length: CONNECTIONS }, (_, number) => connection(number)));
  } finally {
    agent.destroy();
    await humphrey.stop();
    connector.closeAllConnections();
    await new Promise((resolve) => connector.close(resolve));
  }
  taken.sort((a, b) => a - b);
  const at = (share: number): number => taken[Math.min(taken.length - 1, Math.floor(taken.length * share))] ?? NaN;
  return { messages: taken.length, refused, p50: at(0.5), p99: at(0.99), longest: at(1) };
}

function send(port: number, agent: Agent, body: unknown): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(
      {
        host: '127.0.0.1',
        port,
        path: '/api/messages',
        method: 'POST',
        agent,
        headers: { Host: `localhost:${port}`, 'Content-Type': 'application/json' },
      },
      (answer) => {
        answer.resume();
        answer.once('end', () => resolve(answer.statusCode));
      },
    );
    sent.once('error', reject);
    sent.end(JSON.stringify(body));
  });
}

function activity(name: string, serviceUrl: string): unknown {
  return {
    type: 'message',
    id: `activity-${name}`,
    channelId: 'msteams',
    serviceUrl,
    timestamp: new Date().toISOString(),
    from: { id: `user-${name}`, name: 'Sam Taylor', aadObjectId: '00000000-0000-0000-0000-000000000001' },
    recipient: { id: 'bot', name: 'Humphrey' },
    conversation: { id: `conversation-${name}`, conversationType: 'personal', tenantId: 'tenant' },
    channelData: { tenant: { id: 'tenant' } },
    text: `Summarise this: ${'The board agreed the budget for the coming year and asked for a paper by Friday. '.repeat(10)}`,
  };
}

if (process.argv[1] === import.meta.filename) console.log(await benchAcknowledgement());
