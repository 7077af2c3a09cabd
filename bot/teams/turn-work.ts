import type { ConversationReference, TurnContext } from 'botbuilder';
import type { Asker } from '../../shared/ports.ts';
import { sampleThreadCard } from '../cards/sample-thread-card.ts';
import { welcomeCard, WELCOME_TEXT } from '../cards/welcome-card.ts';
import type { ConversationMemory } from './conversation-memory.ts';
import type { ConversationQueue, QueuedWork } from './conversation-queue.ts';
import type { Delivery, OutgoingMessage } from './delivery.ts';
import type { ThreadFinder } from './find-thread.ts';
import type { Arrived } from './receive-activity.ts';
import { runTurn, type RunningTurn, type TurnTools } from './run-turn.ts';
import type { TeamsCore } from './teams-surface.ts';
import type { Turn } from './turn.ts';

export interface TurnWorkParts {
  core: TeamsCore;
  memory: ConversationMemory;
  queue: ConversationQueue;
  download: TurnTools['download'];
  findThread: ThreadFinder;
  /** Continues the conversation outside the HTTP request. */
  inConversation: (
    reference: Partial<ConversationReference>,
    act: (delivery: Delivery, context: TurnContext) => Promise<void>,
  ) => Promise<void>;
}

type Work = Omit<QueuedWork, 'key'>;

/** What the turn sets going: an answer in the conversation's own lane, or words at once beside it; undefined for nothing. */
export function workFor(arrived: Arrived, turn: Turn, parts: TurnWorkParts): Work | undefined {
  const { conversation } = arrived;
  switch (turn.kind) {
    case 'dropped':
      return undefined;
    case 'ask':
    case 'choice':
      return { conversation, owner: ownerOf(turn.asker), work: (signal) => answer({ arrived, turn, signal }, parts) };
    case 'help':
      return sayBeside(arrived, parts, () => welcome(parts));
    case 'cancel':
      return sayBeside(arrived, parts, () => ({ text: cancelWords(parts.queue.cancel(conversation, ownerOf(turn.asker))) }));
    case 'welcome': {
      const message = welcomeMessage(turn, parts);
      return message && parts.memory.shouldGreet(conversation) ? sayBeside(arrived, parts, () => message) : undefined;
    }
  }
}

/** A message of our own that waits for no answer in the making. */
export function sayBeside(arrived: Arrived, parts: TurnWorkParts, message: () => OutgoingMessage): Work {
  return {
    conversation: `${arrived.conversation}#beside`,
    owner: '',
    work: () =>
      parts.inConversation(arrived.reference, async (delivery) => {
        await delivery.say(message());
      }),
  };
}

function answer(
  { arrived, turn, signal }: { arrived: Arrived; turn: RunningTurn['turn']; signal: AbortSignal },
  parts: TurnWorkParts,
): Promise<void> {
  const thread = turn.kind === 'ask' ? turn.thread : undefined;
  return parts.inConversation(arrived.reference, async (delivery, context) => {
    const tools: TurnTools = {
      ...parts.core,
      memory: parts.memory,
      download: parts.download,
      findThread: () => (thread ? parts.findThread(context, thread) : Promise.resolve(undefined)),
      sample: parts.core.demo?.sample(),
    };
    await runTurn({ turn, conversation: arrived.conversation, delivery, signal }, tools);
    if (turn.kind !== 'ask' || !thread) return;
    const text = [turn.instruction, ...turn.pasted.map((source) => source.text)].join('\n').trim();
    parts.core.demo?.remember(thread, { author: turn.asker.name ?? 'Unknown author', text });
  });
}

/** A personal chat is greeted; a channel only in the demo, to show its sample posts. */
function welcomeMessage(turn: Extract<Turn, { kind: 'welcome' }>, parts: TurnWorkParts): OutgoingMessage | undefined {
  if (turn.scope === 'personal') return welcome(parts);
  const { demo } = parts.core;
  if (turn.scope === 'channel' && demo)
    return { text: 'Demo: every thread here begins with sample posts.', card: sampleThreadCard(demo.sample()) };
  return undefined;
}

function welcome(parts: TurnWorkParts): OutgoingMessage {
  return { text: WELCOME_TEXT, card: welcomeCard(parts.core.demo !== undefined) };
}

function cancelWords(was: { running: boolean; waiting: number }): string {
  if (!was.running && was.waiting === 0) return 'There is nothing running to cancel.';
  const dropped = was.waiting === 0 ? '' : ` I also dropped ${was.waiting} waiting ${was.waiting === 1 ? 'request' : 'requests'} of yours.`;
  return `${was.running ? 'Cancelled.' : 'Nothing was running.'}${dropped}`;
}

function ownerOf(asker: Asker): string {
  return JSON.stringify([asker.tenantId, asker.objectId]);
}
