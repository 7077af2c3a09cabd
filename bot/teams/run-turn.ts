import type { TaskEvent } from '../../shared/contract/task-event.ts';
import type { TaskRequest } from '../../shared/contract/task-request.ts';
import type { TaskResult } from '../../shared/contract/task-result.ts';
import { asHumphreyError, HumphreyError } from '../../shared/errors.ts';
import type { Asker, Log, ThreadPlace, ThreadReader, ThreadToRead } from '../../shared/ports.ts';
import { answerCard } from '../cards/answer-card.ts';
import { answerEntities, answerSummary } from '../cards/answer-entities.ts';
import { answerTitle } from '../cards/answer-title.ts';
import { choiceCard, TaskChoices } from '../cards/choice-card.ts';
import type { ConversationMemory } from './conversation-memory.ts';
import type { Delivery, OutgoingMessage } from './delivery.ts';
import { makeRequest } from './make-request.ts';
import type { AskTurn, OfferedFile, Turn } from './turn.ts';

export interface TurnTools {
  runTask: (request: TaskRequest, asker: Asker, signal: AbortSignal) => AsyncIterable<TaskEvent>;
  threadReader: ThreadReader;
  download: (file: OfferedFile, signal: AbortSignal) => Promise<Buffer>;
  /** Where the mentioned thread is: may ask Teams for the team's group. */
  findThread: () => Promise<ThreadPlace | undefined>;
  sample: ThreadToRead | undefined;
  memory: ConversationMemory;
  newId: () => string;
  log: Log;
}

export interface RunningTurn {
  turn: Extract<Turn, { kind: 'ask' | 'choice' }>;
  conversation: string;
  delivery: Delivery;
  signal: AbortSignal;
}

/** Answers one turn: typing and a placeholder at once, then the answer, or a sentence that says what to do, in its place. */
export async function runTurn(running: RunningTurn, tools: TurnTools): Promise<void> {
  const { delivery, turn } = running;
  const stopTyping = delivery.startTyping();
  try {
    await delivery.placeholder(placeholderText(turn));
    const message = await answerTo(running, tools);
    stopTyping();
    const taken = await delivery.answer(message);
    if (!taken) tools.log.error({ kind: turn.kind }, 'an answer could not be delivered');
  } finally {
    stopTyping();
  }
}

async function answerTo(running: RunningTurn, tools: TurnTools): Promise<OutgoingMessage> {
  try {
    const { request, notes } =
      running.turn.kind === 'choice' ? chosenRequest(running, running.turn, tools) : await askedRequest(running, running.turn, tools);
    return await runRequest(request, notes, running, tools);
  } catch (thrown) {
    const error = reasonOfAbort(running.signal) ?? asHumphreyError(thrown);
    // The core logs its own faults; what arrives here unexpected happened in this folder.
    if (error.code === 'internal-error')
      tools.log.error(
        { kind: running.turn.kind, cause: error.cause instanceof Error ? error.cause.name : undefined },
        'a turn failed for a reason nobody expected',
      );
    return { text: error.message };
  }
}

async function askedRequest(running: RunningTurn, turn: AskTurn, tools: TurnTools): Promise<{ request: TaskRequest; notes: string[] }> {
  return makeRequest(turn, {
    download: tools.download,
    threadReader: tools.threadReader,
    threadPlace: await tools.findThread(),
    sample: tools.sample,
    last: tools.memory.last(running.conversation, turn.asker),
    signal: running.signal,
  });
}

function chosenRequest(
  running: RunningTurn,
  turn: Extract<Turn, { kind: 'choice' }>,
  tools: TurnTools,
): { request: TaskRequest; notes: string[] } {
  const kept = tools.memory.takePending(turn.pending, running.conversation, turn.asker);
  if (!kept) throw new HumphreyError('not-found', 'This choice is no longer open, or it is somebody else’s. Ask me again.');
  return { request: { ...kept, task: turn.task }, notes: [] };
}

async function runRequest(request: TaskRequest, notes: string[], running: RunningTurn, tools: TurnTools): Promise<OutgoingMessage> {
  const { asker } = running.turn;
  // It may have been stopped while files were fetched.
  running.signal.throwIfAborted();
  for await (const event of tools.runTask(request, asker, running.signal)) {
    if (event.type === 'result') {
      const last = tools.memory.last(running.conversation, asker);
      // A change to the last result has no sources of its own: the next question is still about the old ones.
      const sources = request.sources.length > 0 ? request.sources : (last?.sources ?? []);
      tools.memory.putLast(running.conversation, asker, { resultId: event.result.id, sources });
      return resultMessage(event.result, notes);
    }
    if (event.type === 'error') {
      if (event.error.code === 'ambiguous-task') return choiceMessage(event.error, request, running, tools);
      return { text: reasonOfAbort(running.signal)?.message ?? event.error.message };
    }
  }
  throw new HumphreyError('internal-error', 'The task ended without an answer. Try again.');
}

function resultMessage(result: TaskResult, notes: string[]): OutgoingMessage {
  return { text: answerSummary(result, answerTitle(result)), card: answerCard(result, notes), entities: answerEntities(result) };
}

function choiceMessage(
  error: { message: string; details?: Record<string, unknown> | undefined },
  request: TaskRequest,
  running: RunningTurn,
  tools: TurnTools,
): OutgoingMessage {
  const choices = TaskChoices.safeParse(error.details?.['choices']);
  if (!choices.success) return { text: error.message };
  const id = tools.newId();
  tools.memory.putPending({ id, conversation: running.conversation, asker: running.turn.asker, request });
  return { text: error.message, card: choiceCard(error.message, choices.data, id) };
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
