import type { Progress } from '../../shared/contract/task-event.ts';
import type { TaskName } from '../../shared/contract/task-request.ts';
import type { Citation, TaskResult } from '../../shared/contract/task-result.ts';
import type { OpenMail } from './mail-host.ts';
import type { Order, ReadingStep } from './build-request.ts';
import type { ClientEvent } from './task-client.ts';

/** A change to a draft that is already there, rather than a new task on the mail. */
export interface Redraft {
  change: 'shorter' | 'longer' | 'plain-english' | 'firmer' | 'warmer';
  previous: TaskResult;
  /** The person's own edits of it, where there are any. */
  editedText?: string;
}

/** A finished, checked element that came before the whole result. */
export interface Part {
  path: string;
  value: unknown;
}

/** One run of a task, from the click to its end. It belongs to `mail` for ever, whatever is opened later. */
export interface Run {
  number: number;
  mail: OpenMail;
  order: Order;
  redraft?: Redraft;
  status: 'working' | 'done' | 'failed' | 'cancelled';
  taskId?: string;
  reading?: ReadingStep;
  progress?: Progress;
  parts: Part[];
  citations: Citation[];
  result?: TaskResult;
  /** The person's own version of a draft that they went back to. */
  draftText?: string;
  failure?: Failure;
}

export interface Failure {
  message: string;
  canRetry: boolean;
}

export interface PaneState {
  /** The message that is open now. */
  mail: OpenMail | undefined;
  run: Run | undefined;
}

export type PaneChange =
  | { type: 'mail-opened'; mail: OpenMail | undefined }
  | { type: 'run-started'; run: Pick<Run, 'number' | 'mail' | 'order' | 'redraft'> }
  | { type: 'run-reading'; number: number; step: ReadingStep }
  | { type: 'run-event'; number: number; event: ClientEvent }
  | { type: 'run-failed'; number: number; failure: Failure }
  | { type: 'run-cancelled'; number: number }
  | { type: 'draft-restored' };

/** Doing the same again cannot help with these: the mail or the request itself is the reason. */
const lasting = new Set([
  'invalid-request',
  'marking-refused',
  'forbidden',
  'not-found',
  'too-large',
  'unsupported-type',
  'unreadable',
  'encrypted',
  'empty-source',
]);

/** The next state of the pane. Whatever comes from a run that is no longer the current one changes nothing. */
export function nextPaneState(state: PaneState, change: PaneChange): PaneState {
  if (change.type === 'mail-opened') return { ...state, mail: change.mail };
  if (change.type === 'run-started') return { ...state, run: { ...change.run, status: 'working', parts: [], citations: [] } };
  const run = state.run;
  if (!run) return state;
  if (change.type === 'draft-restored') return { ...state, run: restored(run) };
  if (run.number !== change.number || run.status !== 'working') return state;
  return { ...state, run: nextRun(run, change) };
}

type RunChange = Exclude<PaneChange, { type: 'mail-opened' | 'run-started' | 'draft-restored' }>;

function nextRun(run: Run, change: RunChange): Run {
  switch (change.type) {
    case 'run-reading':
      return { ...run, reading: change.step };
    case 'run-failed':
      return { ...run, status: 'failed', failure: change.failure };
    case 'run-cancelled':
      return { ...run, status: 'cancelled' };
    case 'run-event':
      return afterEvent(run, change.event);
  }
}

function afterEvent(run: Run, event: ClientEvent): Run {
  switch (event.type) {
    case 'accepted':
      return { ...run, taskId: event.id };
    case 'progress':
      return { ...run, progress: event.progress };
    case 'part':
      return { ...run, parts: [...run.parts, { path: event.path, value: event.value }], citations: merge(run.citations, event.citations) };
    case 'result':
      return { ...run, status: 'done', result: run.redraft ? underMarkingOf(run.redraft.previous, event.result) : event.result };
    case 'error':
      return { ...run, status: 'failed', failure: { message: event.error.message, canRetry: !lasting.has(event.error.code) } };
    case 'lost':
      return { ...run, status: 'failed', failure: { message: event.message, canRetry: true } };
  }
}

/** The draft as it was before the last change; that change is forgotten. */
function restored(run: Run): Run {
  if (!run.redraft) return run;
  const { redraft, failure: _failure, draftText: _draftText, ...rest } = run;
  return {
    ...rest,
    status: 'done',
    result: redraft.previous,
    ...(redraft.editedText === undefined ? {} : { draftText: redraft.editedText }),
  };
}

/** A marking is never lowered: what a draft was made from still marks it after a change. */
function underMarkingOf(previous: TaskResult, result: TaskResult): TaskResult {
  return result.marking.text === 'OFFICIAL' ? { ...result, marking: previous.marking, allows: previous.allows } : result;
}

function merge(known: Citation[], more: Citation[]): Citation[] {
  return [...new Map([...known, ...more].map((citation) => [citation.id, citation])).values()];
}

/** True while the open message is the one that the run was for. */
export function isFor(run: Run, openMail: OpenMail | undefined): boolean {
  return run.mail.key === openMail?.key;
}

/** What the person is told a run makes. The offline engine picks sentences and says so: that is no summary. */
export function resultTitle({ order, result }: Pick<Run, 'order' | 'result'>): string {
  const isOffline = result?.engine.name === 'offline';
  if (isOffline && order.task === 'summarise') return 'Key sentences';
  if (isOffline && order.task === 'answer') return 'Key sentences on your question';
  return resultTitles[order.task];
}

const resultTitles: Record<TaskName, string> = {
  summarise: 'Summary',
  'extract-actions': 'Actions',
  'draft-reply': 'Draft reply',
  answer: 'Answer',
  redraft: 'Draft reply',
};
