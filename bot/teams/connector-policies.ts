import { setTimeout as wait } from 'node:timers/promises';

/**
 * How a call to the Bot Framework connector may be repeated and how long it may take.
 *
 * botbuilder 4.23.3 repeats a POST that met a 5xx or a reset four times, so a message that had been taken is posted again,
 * and it has no deadline at all. Its own options for both are not passed on, so its policies are replaced in its pipeline.
 */

/** One attempt: Teams answers in well under a second; after ten it will not. */
export const ATTEMPT_DEADLINE_MILLISECONDS = 10_000;
/** Everything, with the wait for a token and the waits that Retry-After asks for. */
export const CALL_DEADLINE_MILLISECONDS = 60_000;
/** Teams' own limits per thread are counted in windows of 1, 2 and 30 seconds; a longer wait is no longer an answer. */
const MAX_RETRY_AFTER_MILLISECONDS = 30_000;
const MAX_ATTEMPTS = 3;
/** Waits before a PUT is repeated: long enough for a server to be replaced behind its balancer. */
const PUT_WAITS_MILLISECONDS = [500, 1_500];
/** An update is the same update twice, so these may be a fault on the way. */
const PUT_REPEATABLE = new Set([408, 412, 500, 502, 503, 504]);

export interface ConnectorRequest {
  method: string;
  abortSignal?: AbortSignal;
}
export interface ConnectorResponse {
  status: number;
  headers: { get(name: string): string | undefined };
}
type Send = (request: ConnectorRequest) => Promise<ConnectorResponse>;
interface Policy {
  name: string;
  sendRequest(request: ConnectorRequest, next: Send): Promise<ConnectorResponse>;
}
/** The part of @azure/core-rest-pipeline's Pipeline that is used here. */
export interface ConnectorPipeline {
  removePolicy(selector: { name: string }): unknown;
  addPolicy(policy: Policy, options?: { phase?: 'Retry'; afterPhase?: 'Retry'; beforePolicies?: string[] }): void;
}

export interface Deadlines {
  attemptMilliseconds: number;
  callMilliseconds: number;
}

/** Puts our repeat and deadline policies in the place of the SDK's. Safe to run again on the same pipeline. */
export function mendConnectorPipeline(pipeline: ConnectorPipeline, deadlines: Deadlines): void {
  for (const name of ['defaultRetryPolicy', 'humphreyCallDeadline', 'humphreyRepeat', 'humphreyAttemptDeadline'])
    pipeline.removePolicy({ name });
  pipeline.addPolicy(deadlinePolicy('humphreyCallDeadline', deadlines.callMilliseconds), {
    beforePolicies: ['ServiceClientContext_Credentials_SignRequest'],
  });
  pipeline.addPolicy(repeatPolicy, { phase: 'Retry' });
  pipeline.addPolicy(deadlinePolicy('humphreyAttemptDeadline', deadlines.attemptMilliseconds), { afterPhase: 'Retry' });
}

/** Ends a call at its deadline, even where what it waits for (a token) does not listen to the signal. */
function deadlinePolicy(name: string, milliseconds: number): Policy {
  return {
    name,
    sendRequest: async (request, next) => {
      const timeout = AbortSignal.timeout(milliseconds);
      const outer = request.abortSignal;
      request.abortSignal = outer ? AbortSignal.any([outer, timeout]) : timeout;
      try {
        return await Promise.race([next(request), rejectOn(timeout)]);
      } finally {
        if (outer) request.abortSignal = outer;
        else delete request.abortSignal;
      }
    },
  };
}

function rejectOn(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => {
      reject(new Error('The Bot Framework connector did not answer in time.', { cause: signal.reason }));
    });
  });
}

/** A POST is repeated only where the connector says that it did not take it and when to come back; a PUT also after a fault. */
const repeatPolicy: Policy = {
  name: 'humphreyRepeat',
  sendRequest: async (request, next) => {
    const { abortSignal } = request;
    for (let attempt = 1; ; attempt += 1) {
      // An attempt that was given up leaves its own, aborted signal behind: the HTTP client puts it back after us.
      if (abortSignal) request.abortSignal = abortSignal;
      const outcome = await settle(next(request));
      const pause = attempt < MAX_ATTEMPTS ? pauseBefore(request.method, outcome, attempt) : undefined;
      if (pause === undefined) return unwrap(outcome);
      await wait(pause, undefined, abortSignal ? { signal: abortSignal } : {});
    }
  },
};

type Outcome = { response: ConnectorResponse } | { thrown: unknown };

async function settle(sent: Promise<ConnectorResponse>): Promise<Outcome> {
  try {
    return { response: await sent };
  } catch (thrown) {
    return { thrown };
  }
}

function unwrap(outcome: Outcome): ConnectorResponse {
  if ('response' in outcome) return outcome.response;
  throw outcome.thrown;
}

/** Milliseconds until the next attempt; undefined where there must be none. */
function pauseBefore(method: string, outcome: Outcome, attempt: number): number | undefined {
  if ('response' in outcome && outcome.response.status === 429) {
    const pause = retryAfterMilliseconds(outcome.response.headers.get('retry-after'), Date.now());
    return pause !== undefined && pause <= MAX_RETRY_AFTER_MILLISECONDS ? pause : undefined;
  }
  const repeatable = 'thrown' in outcome || PUT_REPEATABLE.has(outcome.response.status);
  return method === 'PUT' && repeatable ? PUT_WAITS_MILLISECONDS[attempt - 1] : undefined;
}

/** The Retry-After header, in seconds or as a date, from `now` (milliseconds since 1970); undefined where there is none to trust. */
export function retryAfterMilliseconds(header: string | null | undefined, now: number): number | undefined {
  if (!header) return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return seconds >= 0 ? seconds * 1_000 : undefined;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
