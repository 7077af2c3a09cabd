import type { ErrorCode, TaskEvent } from '../../shared/contract/task-event.ts';
import type { TaskRequest } from '../../shared/contract/task-request.ts';
import type { TaskResult } from '../../shared/contract/task-result.ts';
import { asHumphreyError, HumphreyError } from '../../shared/errors.ts';
import type { Asker, Ending, FollowUps, Log, Outbox, ThreadPlace, ThreadReader, ThreadToRead } from '../../shared/ports.ts';
import { answerCard } from '../cards/answer-card.ts';
import { answerEntities, answerSummary } from '../cards/answer-entities.ts';
import { answerTitle } from '../cards/answer-title.ts';
import { choiceCard, TaskChoices } from '../cards/choice-card.ts';
import { deliverAnswer, postPlaceholder } from './deliver-answer.ts';
import type { Delivery, OutgoingMessage } from './delivery.ts';
import { makeRequest } from './make-request.ts';
import type { AskTurn, OfferedFile, Turn } from './turn.ts';

export interface TurnTools {
  runTask: (request: TaskRequest, asker: Asker, signal: AbortSignal) => AsyncIterable<TaskEvent>;
  threadReader: ThreadReader;
  download: (file: OfferedFile, signal: AbortSignal) => Promise<Buffer>;
  /** Where the mentioned thread is: may ask Teams for the team's group. */
  findThread: () => Promise<ThreadPlace | undefined>;
  /** The demo's sample thread, where there is one. */
  sample: ThreadToRead | undefined;
  memory: FollowUps;
  newId: () => string;
  log: Log;
}

export interface RunningTurn {
  /** Of the activity that is answered. */
  id: string;
  turn: Extract<Turn, { kind: 'ask' | 'choice' }>;
  conversation: string;
  delivery: Delivery;
  outbox: Outbox;
  signal: AbortSignal;
}

/** What is kept between the model's call and the answer's delivery, so that nobody pays for the call again. */
interface KeptAnswer {
  message: OutgoingMessage;
  ending: Ending;
}

/**
 * Answers one turn: typing and a placeholder at once, then the answer, or a sentence that says what to do, in its place. Rejects
 * where the turn is no longer ours, or the store is out: then it is tried again, and what was kept is not done twice.
 */
export async function runTurn(running: RunningTurn, tools: TurnTools): Promise<void> {
  const { delivery, outbox, turn, signal } = running;
  const outgoing = { delivery, outbox, log: tools.log };
  if (outbox.answer !== undefined) {
    const { message, ending } = readKept(outbox.answer);
    await deliverAnswer(outgoing, message, ending);
    return;
  }
  const stopTyping = delivery.startTyping();
  try {
    if ((await postPlaceholder(outgoing, placeholderText(turn))) === 'gone') {
      tools.log.warn({ kind: turn.kind }, 'a conversation takes no messages any more');
      await outbox.end({ state: 'failed', code: 'conversation-gone' });
      return;
    }
    const kept = await answerTo(running, tools);
    stopIfNotOurs(signal);
    await outbox.keepAnswer(JSON.stringify(kept));
    stopTyping();
    await deliverAnswer(outgoing, kept.message, kept.ending);
  } finally {
    stopTyping();
  }
}

/** Ours as we wrote it: the seal would not open for anything else. */
function readKept(text: string): KeptAnswer {
  return JSON.parse(text) as KeptAnswer;
}

/** An abort that has no words for the person: another process has the turn, or it goes back. */
function stopIfNotOurs(signal: AbortSignal): void {
  if (signal.aborted && !reasonOfAbort(signal)) throw signal.reason;
}

async function answerTo(running: RunningTurn, tools: TurnTools): Promise<KeptAnswer> {
  try {
    const { request, notes } =
      running.turn.kind === 'choice' ? await chosenRequest(running, running.turn, tools) : await askedRequest(running, running.turn, tools);
    return await runRequest(request, notes, running, tools);
  } catch (thrown) {
    stopIfNotOurs(running.signal);
    const error = reasonOfAbort(running.signal) ?? asHumphreyError(thrown);
    // Nobody's turn is lost because a database restarts.
    if (error.code === 'store-unavailable' && running.outbox.durable) throw error;
    // The core logs its own faults; what arrives here unexpected happened in this folder.
    if (error.code === 'internal-error')
      tools.log.error(
        { kind: running.turn.kind, cause: error.cause instanceof Error ? error.cause.name : undefined },
        'a turn failed for a reason nobody expected',
      );
    return wordsOf(error);
  }
}

/** A person's own stop, and what may not be done, is no failure. */
function wordsOf({ code, message }: { code: ErrorCode; message: string }): KeptAnswer {
  const refused = code === 'cancelled' || code === 'marking-refused' || code === 'forbidden';
  return { message: { text: message }, ending: { state: refused ? 'refused' : 'failed', code } };
}

async function askedRequest(running: RunningTurn, turn: AskTurn, tools: TurnTools): Promise<{ request: TaskRequest; notes: string[] }> {
  return makeRequest(turn, {
    download: tools.download,
    threadReader: tools.threadReader,
    threadPlace: await tools.findThread(),
    sample: tools.sample,
    last: await tools.memory.last(running.conversation, turn.asker),
    signal: running.signal,
  });
}

async function chosenRequest(
  running: RunningTurn,
  turn: Extract<Turn, { kind: 'choice' }>,
  tools: TurnTools,
): Promise<{ request: TaskRequest; notes: string[] }> {
  const kept = await tools.memory.takePending(turn.pending, running.conversation, turn.asker, running.id);
  if (!kept) throw new HumphreyError('not-found', 'This choice is no longer open, or it is somebody else’s. Ask me again.');
  return { request: { ...kept, task: turn.task }, notes: [] };
}

async function runRequest(request: TaskRequest, notes: string[], running: RunningTurn, tools: TurnTools): Promise<KeptAnswer> {
  const { asker } = running.turn;
  // It may have been stopped while files were fetched.
  running.signal.throwIfAborted();
  for await (const event of tools.runTask(request, asker, running.signal)) {
    if (event.type === 'result') {
      // A change to the last result has no sources of its own: the next question is still about the old ones.
      const sources =
        request.sources.length > 0 ? request.sources : ((await tools.memory.last(running.conversation, asker))?.sources ?? []);
      stopIfNotOurs(running.signal);
      await tools.memory.putLast(running.conversation, asker, { resultId: event.result.id, sources });
      return { message: resultMessage(event.result, notes), ending: { state: 'answered' } };
    }
    if (event.type === 'error') {
      if (event.error.code === 'ambiguous-task') return askForChoice(event.error, request, running, tools);
      const error = reasonOfAbort(running.signal) ?? new HumphreyError(event.error.code, event.error.message);
      if (error.code === 'store-unavailable') throw error;
      stopIfNotOurs(running.signal);
      return wordsOf(error);
    }
  }
  throw new HumphreyError('internal-error', 'The task ended without an answer. Try again.');
}

function resultMessage(result: TaskResult, notes: string[]): OutgoingMessage {
  return { text: answerSummary(result, answerTitle(result)), card: answerCard(result, notes), entities: answerEntities(result) };
}

async function askForChoice(
  error: { message: string; details?: Record<string, unknown> | undefined },
  request: TaskRequest,
  running: RunningTurn,
  tools: TurnTools,
): Promise<KeptAnswer> {
  const ending: Ending = { state: 'answered', code: 'choice' };
  const choices = TaskChoices.safeParse(error.details?.['choices']);
  if (!choices.success) return { message: { text: error.message }, ending };
  const id = tools.newId();
  await tools.memory.putPending({ id, conversation: running.conversation, asker: running.turn.asker, request });
  return { message: { text: error.message, card: choiceCard(error.message, choices.data, id) }, ending };
}

/** The queue aborts with a reason of ours: stopped by the person, or by a restart. */
function reasonOfAbort(signal: AbortSignal): HumphreyError | undefined {
  return signal.aborted && signal.reason instanceof HumphreyError ? signal.reason : undefined;
}

/** Says what is being done and nothing of the content: notifications show it. */
function placeholderText(turn: RunningTurn['turn']): string {
  if (turn.kind === 'choice') return 'Working on it…';
  if (turn.files.length > 1) return `Reading your ${turn.files.length} documents…`;
  if (turn.files.length === 1) return 'Reading your document…';
  return turn.thread || turn.sample ? 'Reading the thread…' : 'Working on it…';
}
