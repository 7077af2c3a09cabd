import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import autocannon from 'autocannon';
import type { Engine } from '../../shared/ports.ts';
import { startHumphrey } from '../flows/start-humphrey.ts';

/** Seconds of load, and messages a second: what a department of 50,000 sends in its busiest minute, many times over. */
const LOAD_SECONDS = 10;
const MESSAGES_PER_SECOND = 100;
const CONNECTIONS = 10;
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
  requests: number;
  refused: number;
  p50: number;
  p99: number;
  max: number;
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
  let sent = 0;
  try {
    const load = await autocannon({
      url: `${humphrey.origin}/api/messages`,
      connections: CONNECTIONS,
      duration: LOAD_SECONDS,
      overallRate: MESSAGES_PER_SECOND,
      requests: [
        {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          setupRequest: (request) => {
            sent += 1;
            return { ...request, body: JSON.stringify(activity(sent, serviceUrl)) };
          },
        },
      ],
    });
    return { requests: load.requests.total, refused: load.non2xx, p50: load.latency.p50, p99: load.latency.p99, max: load.latency.max };
  } finally {
    await humphrey.stop();
    connector.closeAllConnections();
    await new Promise((resolve) => connector.close(resolve));
  }
}

function activity(number: number, serviceUrl: string): unknown {
  return {
    type: 'message',
    id: `activity-${number}`,
    channelId: 'msteams',
    serviceUrl,
    timestamp: new Date().toISOString(),
    from: { id: `user-${number % 50}`, name: 'Sam Taylor', aadObjectId: `00000000-0000-0000-0000-0000000000${String(number % 50).padStart(2, '0')}` },
    recipient: { id: 'bot', name: 'Humphrey' },
    conversation: { id: `conversation-${number}`, conversationType: 'personal', tenantId: 'tenant' },
    channelData: { tenant: { id: 'tenant' } },
    text: `Summarise this: ${'The board agreed the budget for the coming year and asked for a paper by Friday. '.repeat(10)}`,
  };
}

if (process.argv[1] === import.meta.filename) console.log(await benchAcknowledgement());
