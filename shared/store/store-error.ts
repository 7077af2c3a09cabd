import { HumphreyError, asHumphreyError } from '../errors.ts';
import { fieldOf, hasCode } from './has-code.ts';

/** Seconds after which a database that restarts or fails over is usually back. */
const RETRY_AFTER_SECONDS = 10;

/** PostgreSQL's classes for: no connection, no resources, stopped by an operator or by a limit of ours. */
const outClasses = /^(?:08|53|57P|25P03)/u;
/** The same, as Node's sockets name it. */
const outCodes = ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN'];
/** pg tells these by their words alone. */
const outWords =
  /timeout exceeded when trying to connect|Connection terminated|connection timeout|Client has encountered a connection error|not queryable|Query read timeout/iu;

/** Whether the database could not be reached or could not take the work now: nothing is wrong with the work itself. */
export function isStoreOut(error: unknown): boolean {
  if (error instanceof HumphreyError) return error.code === 'store-unavailable';
  return hasCode(error, ...outCodes) || outClasses.test(codeOf(error) ?? '') || outWords.test(wordIn(error, 'message') ?? '');
}

/** What the database threw, in our words. PostgreSQL's own message and detail hold the values of rows, so only codes go on. */
export function asStoreError(error: unknown): HumphreyError {
  if (error instanceof HumphreyError) return error;
  const code = codeOf(error);
  if (code === undefined && !isStoreOut(error)) return asHumphreyError(error);
  const cause = new StoreCause(error, code);
  if (!isStoreOut(error)) return asHumphreyError(cause);
  const full = code === '53100';
  const message = full
    ? 'Humphrey has no room to keep anything more, so it takes no new work. Tell your Humphrey team: the disk of the database is full.'
    : 'Humphrey cannot reach its database at the moment. Try again in a minute.';
  return new HumphreyError('store-unavailable', message, { cause, details: { retryAfterSeconds: RETRY_AFTER_SECONDS } });
}

/** What may be logged of a database error: its code, and the table and constraint by name. */
class StoreCause extends Error {
  readonly code: string | undefined;

  constructor(error: unknown, code: string | undefined) {
    super(['PostgreSQL', code, wordIn(error, 'table'), wordIn(error, 'constraint')].filter((word) => word !== undefined).join(' '));
    this.name = 'StoreCause';
    this.code = code;
  }
}

function codeOf(error: unknown): string | undefined {
  return wordIn(error, 'code');
}

function wordIn(error: unknown, field: string): string | undefined {
  const value = fieldOf(error, field);
  return typeof value === 'string' ? value : undefined;
}
