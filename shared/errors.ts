import { errorStatuses, type ErrorBody, type ErrorCode } from './contract/task-event.ts';

export interface ErrorOptionsOf {
  cause?: unknown;
  /** Machine-readable extras of the error body, such as `choices` of ambiguous-task or `retryAfterSeconds`. */
  details?: Record<string, unknown>;
}

/** The one error of expected failures: a closed code, and a sentence that tells the person the next step. */
export class HumphreyError extends Error {
  readonly code: ErrorCode;
  readonly details: Record<string, unknown> | undefined;

  constructor(code: ErrorCode, message: string, options: ErrorOptionsOf = {}) {
    super(message, { cause: options.cause });
    this.name = 'HumphreyError';
    this.code = code;
    this.details = options.details;
  }

  get status(): number {
    return errorStatuses[this.code];
  }

  toBody(): ErrorBody {
    return { error: { code: this.code, message: this.message, ...(this.details ? { details: this.details } : {}) } };
  }
}

/** Any thrown value as a HumphreyError; what nobody expected becomes internal-error with the cause kept for the log. */
export function asHumphreyError(thrown: unknown): HumphreyError {
  if (thrown instanceof HumphreyError) return thrown;
  if (thrown instanceof Error && thrown.name === 'AbortError') {
    return new HumphreyError('cancelled', 'The task was cancelled.', { cause: thrown });
  }
  return new HumphreyError(
    'internal-error',
    'Something went wrong on our side. Try again; if it happens again, tell your Humphrey team the time it happened.',
    {
      cause: thrown,
    },
  );
}
