import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import { TurnContext, type Activity, type ConversationReference } from 'botbuilder';
import type { TaskEvent } from '../../shared/contract/task-event.ts';
import type { TaskRequest } from '../../shared/contract/task-request.ts';
import type { Asker, Clock, Log, ThreadPlace, ThreadReader } from '../../shared/ports.ts';
import { sampleThreadCard } from '../cards/sample-thread-card.ts';
import { welcomeCard, WELCOME_TEXT } from '../cards/welcome-card.ts';
import { admitActivity, type AdmissionRules } from './admit-activity.ts';
import { createConversationMemory } from './conversation-memory.ts';
import { createConversationQueue, type QueuedWork } from './conversation-queue.ts';
import { createDelivery, type Delivery, type OutgoingMessage } from './delivery.ts';
import type { Deadlines } from './connector-policies.ts';
import { downloadFile } from './download-file.ts';
import { createThreadFinder, type ThreadFinder } from './find-thread.ts';
import type { LocalThreadReader } from './local-thread-reader.ts';
import { runTurn, type RunningTurn } from './run-turn.ts';
import { createTeamsAdapter, type BotIdentity } from './teams-adapter.ts';
import { TeamsActivity } from './teams-activity.ts';
import { isBotFrameworkToken } from './token-issuer.ts';
import type { Turn } from './turn.ts';

export interface TeamsSettings extends BotIdentity {
  /** Allows an empty app id, and then takes activities from this machine alone. */
  development: boolean;
  /** Exact hosts of the connector outside development; Teams' own is smba.trafficmanager.net. */
  allowedServiceUrls: string[];
  /** Exact hosts of attached files, such as contoso-my.sharepoint.com. */
  allowedDownloadHosts: string[];
  /** How long calls to the connector may take; the default suits Teams. */
  deadlines?: Partial<Deadlines>;
}

export interface TeamsCore {
  /** The one door into the core. */
  runTask: (request: TaskRequest, asker: Asker, signal: AbortSignal) => AsyncIterable<TaskEvent>;
  threadReader: ThreadReader;
  /** The local thread reader where it is in use: it is told what people post, and its samples are shown. */
  demo?: LocalThreadReader;
  /** Throws HumphreyError marking-refused. */
  checkEnvelope: (texts: string[]) => void;
  log: Log;
  clock: Clock;
  newId: () => string;
}

/** The parts of node's (and restify's) request that are read; `body` is parsed JSON. */
export interface ActivityRequest {
  headers: IncomingHttpHeaders;
  body?: unknown;
}
export interface ActivityResponse {
  writeHead(status: number, headers?: OutgoingHttpHeaders): unknown;
  end(body?: string): unknown;
}

export interface TeamsSurface {
  /** Answers POST /api/messages within milliseconds; the work goes on afterwards. Never throws. */
  handleActivity(request: ActivityRequest, response: ActivityResponse): Promise<void>;
  /** Resolves when all queued work is done. */
  idle(): Promise<void>;
  /** Takes nothing more, tells the people who wait, and resolves when that is done. */
  stop(): Promise<void>;
}

interface HttpAnswer {
  status: number;
  code?: string;
  message?: string;
}

/** The Teams surface of Humphrey behind /api/messages. Throws where an empty app id would leave it open to anybody. */
export function createTeamsSurface(settings: TeamsSettings, core: TeamsCore): TeamsSurface {
  if (settings.appId === '' && !settings.development)
    throw new Error('The bot has no app id, so nobody who calls it could be checked. Set MICROSOFT_APP_ID, or start in offline mode.');
  const adapter = createTeamsAdapter(settings, settings.deadlines);
  const memory = createConversationMemory(core.clock);
  const queue = createConversationQueue((thrown) => {
    core.log.error({ error: thrown instanceof Error ? thrown.name : typeof thrown }, 'work on a conversation failed');
  });
  const findThread = createThreadFinder();
  const rules: AdmissionRules = {
    development: settings.development,
    serviceHosts: settings.allowedServiceUrls,
    tenantId: settings.tenantId,
    checkEnvelope: core.checkEnvelope,
  };
  const downloadRule = { hosts: settings.allowedDownloadHosts, development: settings.development };

  const inConversation = (
    reference: Partial<ConversationReference>,
    act: (delivery: Delivery, context: TurnContext) => Promise<void>,
  ): Promise<void> =>
    adapter.continueConversationAsync(settings.appId, reference, async (context) => {
      // The SDK gives the continued turn an id of its own invention, and would reply to that.
      context.activity.id = reference.activityId ?? '';
      const delivery = createDelivery(context, { log: core.log, fullWidth: !settings.development });
      await act(delivery, context);
      await delivery.settled();
    });
  const say = (reference: Partial<ConversationReference>, message: OutgoingMessage): Promise<void> =>
    inConversation(reference, async (delivery) => {
      await delivery.say(message);
    });

  const answer = (arrived: Arrived, turn: RunningTurn['turn']) => (signal: AbortSignal) =>
    inConversation(arrived.reference, async (delivery, context) => {
      const place = turn.kind === 'ask' && turn.thread ? turn.thread : undefined;
      const tools = {
        ...core,
        memory,
        download: fetchFile,
        findThread: () => findPlace(findThread, context, place),
        sample: core.demo?.sample(),
      };
      await runTurn({ turn, conversation: arrived.conversation, delivery, signal }, tools);
      if (turn.kind === 'ask' && place)
        rememberPost(core, { teamId: place.teamId, channelId: place.channelId, rootMessageId: place.rootMessageId }, turn);
    });
  const fetchFile = (file: { name: string; downloadUrl: string }, signal: AbortSignal): Promise<Buffer> =>
    downloadFile(file, downloadRule, { signal });

  /** What the turn sets going: work in the conversation's own lane, or words at once in a lane beside it. */
  const workFor = (arrived: Arrived, turn: Turn): Omit<QueuedWork, 'key'> | undefined => {
    const { reference, conversation } = arrived;
    const beside = (owner: string, work: QueuedWork['work']): Omit<QueuedWork, 'key'> => ({
      conversation: `${conversation}#beside`,
      owner,
      work,
    });
    switch (turn.kind) {
      case 'dropped':
        return undefined;
      case 'ask':
      case 'choice':
        return { conversation, owner: ownerOf(turn.asker), work: answer(arrived, turn) };
      case 'help':
        return beside(ownerOf(turn.asker), () => say(reference, { text: WELCOME_TEXT, card: welcomeCard(core.demo !== undefined) }));
      case 'cancel':
        return beside(ownerOf(turn.asker), () => say(reference, { text: cancelWords(queue.cancel(conversation, ownerOf(turn.asker))) }));
      case 'welcome': {
        const message = welcomeMessage(turn, core);
        return message && memory.shouldGreet(conversation) ? beside('', () => say(reference, message)) : undefined;
      }
    }
  };

  const admit = (arrived: Arrived): HttpAnswer => {
    const admission = admitActivity(arrived.activity, rules);
    if ('refused' in admission) return { status: 403, code: 'forbidden', message: admission.refused };
    if ('say' in admission) {
      const text = admission.say;
      queue.add({
        key: arrived.key,
        conversation: `${arrived.conversation}#beside`,
        owner: '',
        work: () => say(arrived.reference, { text }),
      });
      return { status: 200 };
    }
    if (arrived.activity.type === 'invoke') return { status: 501 };
    const work = workFor(arrived, admission.turn);
    if (!work) return { status: 200 };
    const outcome = queue.add({ ...work, key: arrived.key });
    if (outcome === 'conversation-full') {
      const text = 'You have many requests waiting here, so I did not take this one. Ask again when I have answered, or type “cancel”.';
      queue.add({
        key: `${arrived.key}#full`,
        conversation: `${arrived.conversation}#beside`,
        owner: '',
        work: () => say(arrived.reference, { text }),
      });
    }
    return outcome === 'full' || outcome === 'stopping'
      ? { status: 503, code: outcome === 'full' ? 'rate-limited' : 'shutting-down', message: 'Try again later.' }
      : { status: 200 };
  };

  const receive = async (request: ActivityRequest): Promise<HttpAnswer> => {
    const parsed = TeamsActivity.safeParse(request.body);
    if (!parsed.success) return { status: 400, code: 'invalid-request', message: 'The body is no Bot Framework activity.' };
    const authorization = request.headers.authorization ?? '';
    // Teams alone: the SDK takes other ways to check the tokens of some other channels, which anybody may name here.
    if (settings.appId !== '' && (parsed.data.channelId !== 'msteams' || !isBotFrameworkToken(authorization))) return unauthenticated;
    let outcome: HttpAnswer | undefined;
    try {
      await adapter.receive(authorization, toSdkActivity(parsed.data), (context) => {
        outcome = admit(arrivedFrom(parsed.data, context));
        return Promise.resolve();
      });
    } catch (thrown) {
      return refusedBySdk(thrown, core.log);
    }
    return outcome ?? { status: 500, code: 'internal-error', message: 'The activity was not read.' };
  };

  return {
    handleActivity: async (request, response) => {
      const answered = await receive(request);
      if (answered.code !== undefined) core.log.info({ status: answered.status, code: answered.code }, 'an activity was not taken');
      respond(response, answered);
    },
    idle: () => queue.idle(),
    stop: () => queue.stop(),
  };
}

/** The SDK's own type, which has dates where the wire has text; the SDK reads them itself. */
function toSdkActivity(activity: TeamsActivity): Partial<Activity> {
  const sdkActivity: unknown = activity;
  return sdkActivity as Partial<Activity>;
}

/** An authenticated activity with what answering it later needs. */
interface Arrived {
  activity: TeamsActivity;
  reference: Partial<ConversationReference>;
  conversation: string;
  /** The same activity, sent again, has the same key. */
  key: string;
}

function arrivedFrom(activity: TeamsActivity, context: TurnContext): Arrived {
  return {
    activity,
    reference: TurnContext.getConversationReference(context.activity),
    conversation: JSON.stringify([activity.channelId, activity.conversation.id]),
    key: JSON.stringify([activity.channelId, activity.conversation.id, activity.id]),
  };
}

const unauthenticated: HttpAnswer = {
  status: 401,
  code: 'unauthenticated',
  message: 'Send a token that the Bot Framework issued for this bot.',
};

/** What the SDK's token library throws, and the SDK passes on as it is. */
const tokenFaults = new Set(['JsonWebTokenError', 'TokenExpiredError', 'NotBeforeError']);

/** A token that does not hold is 401; where the keys could not be fetched, the channel should send it again. */
function refusedBySdk(thrown: unknown, log: Log): HttpAnswer {
  const status = typeof thrown === 'object' && thrown !== null && 'statusCode' in thrown ? thrown.statusCode : undefined;
  if (status === 401 || status === 403 || (thrown instanceof Error && tokenFaults.has(thrown.name))) return unauthenticated;
  log.error({ error: thrown instanceof Error ? thrown.name : typeof thrown }, 'an activity could not be authenticated');
  return { status: 503, code: 'internal-error', message: 'The activity could not be checked. Send it again.' };
}

function respond(response: ActivityResponse, answered: HttpAnswer): void {
  const body = answered.code === undefined ? '{}' : JSON.stringify({ error: { code: answered.code, message: answered.message } });
  response.writeHead(answered.status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    ...(answered.status === 503 ? { 'retry-after': '5' } : {}),
  });
  response.end(body);
}

function findPlace(
  find: ThreadFinder,
  context: TurnContext,
  thread: Parameters<ThreadFinder>[1] | undefined,
): Promise<ThreadPlace | undefined> {
  return thread ? find(context, thread) : Promise.resolve(undefined);
}

function rememberPost(core: TeamsCore, place: ThreadPlace, turn: Extract<Turn, { kind: 'ask' }>): void {
  const text = [turn.instruction, ...turn.pasted.map((source) => source.text)].join('\n').trim();
  core.demo?.remember(place, { author: turn.asker.name ?? 'Unknown author', text });
}

/** A personal chat is greeted; a channel only in the demo, to show its sample posts. */
function welcomeMessage(turn: Extract<Turn, { kind: 'welcome' }>, core: TeamsCore): OutgoingMessage | undefined {
  if (turn.scope === 'personal') return { text: WELCOME_TEXT, card: welcomeCard(core.demo !== undefined) };
  if (turn.scope === 'channel' && core.demo)
    return { text: 'Demo: every thread here begins with sample posts.', card: sampleThreadCard(core.demo.sample()) };
  return undefined;
}

function cancelWords(was: { running: boolean; waiting: number }): string {
  if (!was.running && was.waiting === 0) return 'There is nothing running to cancel.';
  const dropped = was.waiting === 0 ? '' : ` I also dropped ${was.waiting} waiting ${was.waiting === 1 ? 'request' : 'requests'} of yours.`;
  return `${was.running ? 'Cancelled.' : 'Nothing was running.'}${dropped}`;
}

function ownerOf(asker: Asker): string {
  return JSON.stringify([asker.tenantId, asker.objectId]);
}
