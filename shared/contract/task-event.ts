import { z } from 'zod';
import { Citation, TaskResult } from './task-result.ts';

/** The closed list of error codes, each with the HTTP status that carries it. */
export const errorStatuses = {
  'invalid-request': 400,
  unauthenticated: 401,
  'marking-refused': 403,
  forbidden: 403,
  'not-found': 404,
  'ambiguous-task': 409,
  'needs-confirmation': 409,
  'key-reused': 409,
  'too-large': 413,
  'unsupported-type': 415,
  unreadable: 422,
  encrypted: 422,
  'empty-source': 422,
  'rate-limited': 429,
  cancelled: 499,
  'internal-error': 500,
  'model-failed': 502,
  'model-unavailable': 503,
  'store-unavailable': 503,
  'shutting-down': 503,
} as const;
export type ErrorCode = keyof typeof errorStatuses;
export const errorCodes = Object.keys(errorStatuses) as [ErrorCode, ...ErrorCode[]];

/** The body of every error answer. `message` is for a person and says what to do next. */
export const ErrorBody = z.object({
  error: z.object({ code: z.enum(errorCodes), message: z.string(), details: z.record(z.string(), z.unknown()).optional() }),
});
export type ErrorBody = z.infer<typeof ErrorBody>;

/** `reading` → `thinking` → `checking`; `done` of `total` where the step has countable parts. */
export const Progress = z.object({
  step: z.enum(['queued', 'reading', 'choosing', 'thinking', 'checking']),
  done: z.number().int().optional(),
  total: z.number().int().optional(),
});
export type Progress = z.infer<typeof Progress>;

/** What a running task sends, in order: accepted, progress and parts, then one result or one error. */
export const TaskEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('accepted'), id: z.string() }),
  z.object({ type: z.literal('progress'), progress: Progress }),
  /** A finished, checked element of the output: `path` such as `points.2`. */
  z.object({ type: z.literal('part'), path: z.string(), value: z.unknown(), citations: z.array(Citation) }),
  z.object({ type: z.literal('result'), result: TaskResult }),
  z.object({ type: z.literal('error'), error: ErrorBody.shape.error }),
]);
export type TaskEvent = z.infer<typeof TaskEvent>;
