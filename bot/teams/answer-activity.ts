import type { ConversationReference, TurnContext } from 'botbuilder';
import { sampleThreadCard } from '../cards/sample-thread-card.ts';
import { welcomeCard, WELCOME_TEXT } from '../cards/welcome-card.ts';
import type { Ending, FollowUps, HandleActivity, Inbox, TakenActivity, ThreadPlace } from '../../shared/ports.ts';
import { createDelivery, type Delivery, type OutgoingMessage } from './delivery.ts';
import { deliverWords } from './deliver-answer.ts';
import { downloadFile } from './download-file.ts';
import { createThreadFinder, type ThreadFinder } from './find-thread.ts';
import { conversationName, readKept, type KeptActivity } from './kept-activity.ts';
import { runTurn } from './run-turn.ts';
import type { TeamsAdapter } from './teams-adapter.ts';
import type { TeamsCore, TeamsSettings } from './teams-surface.ts';
import type { Turn } from './turn.ts';

export interface AnswerParts {
  settings: TeamsSettings;
  core: TeamsCore;
  adapter: TeamsAdapter;
  inbox: Inbox;
  memory: FollowUps;
}

interface Answering {
  taken: TakenActivity;
  kept: KeptActivity;
  delivery: Delivery;
  context: TurnContext;
  signal: AbortSignal;
}

/** What is told of an activity that is not worked on. */
const verdictWords: Record<NonNullable<TakenActivity['verdict']>, { text: string; state: Ending['state'] }> = {
  stale: {
    text: 'Your message reached me more than ten minutes after you sent it, so I did not act on it. Ask again if you still want it.',
    state: 'refused',
  },
  full: {
    text: 'You have many requests waiting here, so I did not take this one. Ask again when I have answered, or type “cancel”.',
    state: 'refused',
  },
  expired: { text: 'I could not answer this within an hour, so I have stopped trying. Ask again if you still want it.', state: 'expired' },
  failed: {
    text: 'I tried this several times and could not finish it. Try a shorter document, or ask in another way; if it happens again, tell your Humphrey team the time it happened.',
    state: 'failed',
  },
};

/** Answers what the inbox hands over, in this process or after another one's death. */
export function createActivityHandler(parts: AnswerParts): HandleActivity {
  const findThread = createThreadFinder();
  return async (taken, signal) => {
    const kept = readKept(taken.payload);
    await inConversation(parts, kept.reference, (delivery, context) =>
      answer(parts, { taken, kept, delivery, context, signal }, findThread),
    );
  };
}

async function inConversation(
  { adapter, settings, core }: AnswerParts,
  reference: Partial<ConversationReference>,
  act: (delivery: Delivery, context: TurnContext) => Promise<void>,
): Promise<void> {
  await adapter.continueConversationAsync(settings.appId, reference, async (context) => {
    // The SDK gives the continued turn an id of its own invention, and would reply to that.
    context.activity.id = reference.activityId ?? '';
    const delivery = createDelivery(context, { log: core.log, fullWidth: !settings.development });
    try {
      await act(delivery, context);
    } finally {
      await delivery.settled();
    }
  });
}

async function answer(parts: AnswerParts, answering: Answering, findThread: ThreadFinder): Promise<void> {
  const { taken, kept } = answering;
  // What was answered already is delivered, however late.
  if (taken.verdict !== undefined && taken.outbox.answer === undefined) return tellVerdict(parts, answering, taken.verdict);
  if (kept.work.kind === 'refused') return say(parts, answering, { text: kept.work.text }, { state: 'refused', code: 'marking-refused' });
  const { turn } = kept.work;
  switch (turn.kind) {
    case 'ask':
    case 'choice':
      return answerTurn(parts, { ...answering, turn }, findThread);
    case 'help':
      return say(parts, answering, greeting(parts.core));
    case 'cancel': {
      const was = await parts.inbox.cancel({ ...kept.place, owner: turn.asker.objectId, by: taken.id });
      return say(parts, answering, { text: cancelWords(was) });
    }
    case 'welcome':
      return welcome(parts, answering, turn);
  }
}

async function answerTurn(
  { core, settings, memory }: AnswerParts,
  { taken, kept, delivery, context, signal, turn }: Answering & { turn: Extract<Turn, { kind: 'ask' | 'choice' }> },
  findThread: ThreadFinder,
): Promise<void> {
  const place = turn.kind === 'ask' ? turn.thread : undefined;
  const rule = { hosts: settings.allowedDownloadHosts, development: settings.development };
  const tools = {
    ...core,
    memory,
    sample: core.demo?.sample(),
    download: (file: { name: string; downloadUrl: string }, stop: AbortSignal) => downloadFile(file, rule, { signal: stop }),
    findThread: (): Promise<ThreadPlace | undefined> => (place ? findThread(context, place) : Promise.resolve(undefined)),
  };
  await runTurn({ id: taken.id, turn, conversation: conversationName(kept.place), delivery, outbox: taken.outbox, signal }, tools);
  if (turn.kind === 'ask' && place)
    rememberPost(core, { teamId: place.teamId, channelId: place.channelId, rootMessageId: place.rootMessageId }, turn);
}

async function tellVerdict(parts: AnswerParts, answering: Answering, verdict: NonNullable<TakenActivity['verdict']>): Promise<void> {
  const { text, state } = verdictWords[verdict];
  await say(parts, answering, { text }, { state, code: verdict });
}

async function welcome(parts: AnswerParts, answering: Answering, turn: Extract<Turn, { kind: 'welcome' }>): Promise<void> {
  const { taken, kept } = answering;
  const message = welcomeMessage(turn, parts.core);
  const greeting = { tenantId: kept.place.tenantId, taker: taken.id };
  if (message && (await parts.memory.shouldGreet(conversationName(kept.place), greeting))) return say(parts, answering, message);
  await taken.outbox.end({ state: 'answered', code: 'greeted' });
}

/** Puts words of ours in the place of what the person already sees of it, or posts them. */
async function say(
  { core }: AnswerParts,
  { taken, delivery }: Answering,
  message: OutgoingMessage,
  ending: Ending = { state: 'answered' },
): Promise<void> {
  await deliverWords({ delivery, outbox: taken.outbox, log: core.log }, message, ending);
}

function rememberPost(core: TeamsCore, place: ThreadPlace, turn: Extract<Turn, { kind: 'ask' }>): void {
  const text = [turn.instruction, ...turn.pasted.map((source) => source.text)].join('\n').trim();
  core.demo?.remember(place, { author: turn.asker.name ?? 'Unknown author', text });
}

/** A personal chat is greeted; a channel only in the demo, to show its sample posts. */
function welcomeMessage(turn: Extract<Turn, { kind: 'welcome' }>, core: TeamsCore): OutgoingMessage | undefined {
  if (turn.scope === 'personal') return greeting(core);
  if (turn.scope === 'channel' && core.demo)
    return { text: 'Demo: every thread here begins with sample posts.', card: sampleThreadCard(core.demo.sample()) };
  return undefined;
}

/** In the demo with a button for people who have nothing to paste yet. */
function greeting(core: TeamsCore): OutgoingMessage {
  return { text: WELCOME_TEXT, card: welcomeCard(core.demo !== undefined) };
}

function cancelWords(was: { running: boolean; waiting: number }): string {
  if (!was.running && was.waiting === 0) return 'There is nothing running to cancel.';
  const dropped = was.waiting === 0 ? '' : ` I also dropped ${was.waiting} waiting ${was.waiting === 1 ? 'request' : 'requests'} of yours.`;
  return `${was.running ? 'Cancelled.' : 'Nothing was running.'}${dropped}`;
}
