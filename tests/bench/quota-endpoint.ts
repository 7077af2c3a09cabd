import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

export interface EndpointLimits {
  tokensPerMinute: number;
  requestsPerMinute: number;
}

export interface EndpointCounts {
  answered: number;
  refused: number;
  tokens: number;
  /** Of the tokens, and of the requests, that the limits allow in the time that was counted. */
  tokensUsed: number;
  requestsUsed: number;
}

/** Seconds of the rate that may be saved up, as the real one does within its minute. */
const SAVED_SECONDS = 10;
/** Most answers of a small task, in milliseconds. */
const ANSWER_MILLISECONDS = 2_500;

/**
 * A model's endpoint that enforces its rate as OpenAI does: prompt and output limit are charged on admission, refused requests
 * count against the requests, and the headers say the limits. It starts with a tenth of what may be saved up.
 */
export async function startQuotaEndpoint(
  limits: EndpointLimits,
): Promise<{ url: string; count: () => EndpointCounts; reset: () => void; close: () => void }> {
  const rate = { tokens: limits.tokensPerMinute / 60_000, requests: limits.requestsPerMinute / 60_000 };
  const most = { tokens: rate.tokens * SAVED_SECONDS * 1000, requests: rate.requests * SAVED_SECONDS * 1000 };
  const left = { tokens: most.tokens / 10, requests: most.requests / 10, at: performance.now() };
  let counted = { answered: 0, refused: 0, tokens: 0, since: performance.now() };
  const refill = (): void => {
    const now = performance.now();
    left.tokens = Math.min(most.tokens, left.tokens + (now - left.at) * rate.tokens);
    left.requests = Math.min(most.requests, left.requests + (now - left.at) * rate.requests);
    left.at = now;
  };
  const headers = {
    'x-ratelimit-limit-tokens': String(limits.tokensPerMinute),
    'x-ratelimit-limit-requests': String(limits.requestsPerMinute),
  };

  const server = createServer((request, response) => {
    request.resume();
    const cost = Number(request.headers['x-cost']);
    refill();
    if (left.tokens < cost || left.requests < 1) {
      counted.refused += 1;
      left.requests = Math.max(-most.requests, left.requests - 1);
      const milliseconds = Math.ceil(Math.max((cost - left.tokens) / rate.tokens, (1 - left.requests) / rate.requests, 20));
      response.writeHead(429, { ...headers, 'retry-after-ms': String(milliseconds) });
      response.end();
      return;
    }
    left.tokens -= cost;
    left.requests -= 1;
    counted.answered += 1;
    counted.tokens += cost;
    void wait(ANSWER_MILLISECONDS * (0.5 + Math.random() ** 2 * 1.5)).then(() => {
      response.writeHead(200, headers);
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    count: () => {
      const milliseconds = performance.now() - counted.since;
      const { answered, refused, tokens } = counted;
      return {
        answered,
        refused,
        tokens,
        tokensUsed: tokens / (rate.tokens * milliseconds),
        requestsUsed: answered / (rate.requests * milliseconds),
      };
    },
    reset: () => {
      counted = { answered: 0, refused: 0, tokens: 0, since: performance.now() };
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
