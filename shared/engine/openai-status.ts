import { APIConnectionError, APIError } from 'openai';
import { HumphreyError } from '../errors.ts';
import { faultError, type FaultDetails, type FaultReason } from './openai-faults.ts';

/** A failed call: what the person is told, and how long the server asked us to wait. */
export interface Failure {
  error: HumphreyError;
  retryAfterMilliseconds?: number;
  /** The server says itself that a repeat is of no use (x-should-retry: false). */
  final: boolean;
}

/** The SDK types these as any after instanceof. */
type StatusError = APIError<number | undefined, Headers | undefined, object | undefined>;

/** Codes of an account that can't pay: repeating changes nothing, though they come as 429. */
const quotaCodes = new Set(['insufficient_quota', 'billing_hard_limit_reached', 'billing_not_active', 'access_terminated']);
const longCodes = new Set(['context_length_exceeded', 'string_above_max_length']);

/** Any error of a call as a failure; undefined where it is no failure of the model but a fault of our own code. */
export function readFailure(thrown: unknown, at: { now: Date; byIdentity: boolean }): Failure | undefined {
  if (thrown instanceof HumphreyError) return { error: thrown, final: false };
  return isStatusError(thrown) ? readStatus(thrown, at) : undefined;
}

function isStatusError(thrown: unknown): thrown is StatusError {
  return thrown instanceof APIError;
}

function readStatus(thrown: StatusError, at: { now: Date; byIdentity: boolean }): Failure {
  const retryAfterMilliseconds = readRetryAfter(thrown.headers, at.now);
  const details: FaultDetails = {
    status: thrown.status,
    code: shortCode(thrown.code),
    parameter: shortCode(thrown.param),
    requestId: shortCode(thrown.requestID),
    network: networkCode(thrown),
    retryAfterSeconds: retryAfterMilliseconds === undefined ? undefined : Math.ceil(retryAfterMilliseconds / 1_000),
  };
  // The SDK's error is not kept as the cause: its message repeats the server's words, which can repeat the sources or the key.
  const error = faultError(reasonOf(thrown, at.byIdentity), details, new Error(thrown.constructor.name));
  return {
    error,
    ...(retryAfterMilliseconds === undefined ? {} : { retryAfterMilliseconds }),
    final: thrown.headers?.get('x-should-retry') === 'false',
  };
}

function reasonOf(error: StatusError, byIdentity: boolean): FaultReason {
  if (error instanceof APIConnectionError) return 'unreachable';
  const code = error.code ?? error.type ?? '';
  if (quotaCodes.has(code) || error.type === 'insufficient_quota') return 'quota-used-up';
  if (code === 'content_filter') return 'content-filter';
  if (longCodes.has(code)) return 'context-length';
  // No status: the error came as an event inside the stream.
  if (error.status === undefined) return code === 'rate_limit_exceeded' ? 'rate-limited' : 'stream-error';
  return reasonOfStatus(error.status, byIdentity);
}

function reasonOfStatus(status: number, byIdentity: boolean): FaultReason {
  if (status >= 300 && status < 400) return 'redirected';
  if (status === 401 || status === 403) return byIdentity ? 'identity-refused' : 'key-refused';
  if (status === 404) return 'model-not-found';
  if (status === 413) return 'context-length';
  if (status === 429) return 'rate-limited';
  return status === 408 || status === 409 || status >= 500 ? 'server-error' : 'bad-request';
}

/** The server's words are let through only where they look like a code, never as a sentence. */
function shortCode(value: unknown): string | undefined {
  return typeof value === 'string' && /^[\w.-]{1,80}$/.test(value) ? value : undefined;
}

/** Such as ECONNREFUSED or ENOTFOUND, from wherever fetch hid it: its errors stand up to three causes deep. */
function networkCode(error: unknown): string | undefined {
  for (let at = error, depth = 0; typeof at === 'object' && at !== null && depth < 5; depth += 1) {
    if ('code' in at && typeof at.code === 'string' && /^[A-Z_]{3,40}$/.test(at.code)) return at.code;
    at = 'cause' in at ? at.cause : undefined;
  }
  return undefined;
}

/** Milliseconds from retry-after-ms or Retry-After (seconds or a date); undefined where there is none that can be read. */
function readRetryAfter(headers: Headers | undefined, now: Date): number | undefined {
  const milliseconds = readNumber(headers?.get('retry-after-ms'));
  if (milliseconds !== undefined) return milliseconds;
  const value = headers?.get('retry-after');
  const seconds = readNumber(value);
  if (seconds !== undefined) return seconds * 1_000;
  const date = value ? Date.parse(value) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now.getTime());
}

function readNumber(value: string | null | undefined): number | undefined {
  return value && /^\d+(\.\d+)?$/.test(value.trim()) ? Number(value) : undefined;
}
