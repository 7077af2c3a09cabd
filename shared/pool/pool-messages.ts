import type { ErrorCode } from '../contract/task-event.ts';

/** What the parent sends to a child. A child holds one job at a time; `id` tells a late answer from a current one. */
export type ParentMessage = { kind: 'job'; id: number; name: string; input: unknown } | { kind: 'cancel'; id: number };

/** A thrown value in a form that crosses: `cause` is a name and stack frames without the message, which may hold content. */
export interface JobFailure {
  code: ErrorCode;
  message: string;
  details?: Record<string, unknown>;
  cause?: string;
}

/** What a child sends to the parent. */
export type ChildMessage =
  { kind: 'ready' } | { kind: 'answer'; id: number; value: unknown } | { kind: 'failure'; id: number; failure: JobFailure };
