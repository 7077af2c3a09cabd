import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import { TurnContext, type Activity, type ConversationReference } from 'botbuilder';
import type { TaskEvent } from '../../shared/contract/task-event.ts';
import type { TaskRequest } from '../../shared/contract/task-request.ts';
import { asHumphreyError } from '../../shared/errors.ts';
import type { Arrival, Asker, Clock, ConversationPlace, FollowUps, Inbox, Log, ThreadReader } from '../../shared/ports.ts';
import { admitActivity, type AdmissionRules } from './admit-activity.ts';
import { createActivityHandler } from './answer-activity.ts';
import type { Deadlines } from './connector-policies.ts';
import { createConversationMemory } from './conversation-memory.ts';
import { conversationName, writeKept, type KeptActivity } from './kept-activity.ts';
import type { LocalThreadReader } from './local-thread-reader.ts';
import { createMemoryInbox } from './memory-inbox.ts';
import { readChange, type Change } from './read-change.ts';
import { tenantOf } from './read-activity.ts';
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
  /** What keeps activities until they are answered. Default: this process's memory, which a restart forgets. */
  inbox?: Inbox;
  /** What conversations remember. Default: as above. */
  memory?: FollowUps;
  /** False: activities are only taken in here, and answered by other processes. */
  answers?: boolean;
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
  /** True when an activity would be taken now. */
  isReady(): Promise<boolean>;
  /** Takes nothing more and ends what runs: people are told, or where the inbox is durable another process goes on. */
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
  const memory = core.memory ?? createConversationMemory(core.clock);
  const inbox =
    core.inbox ??
    createMemoryInbox(core.clock, (thrown) => {
      core.log.error({ error: thrown instanceof Error ? thrown.name : typeof thrown }, 'work on a conversation failed');
    });
  const rules: AdmissionRules = {
    development: settings.development,
    serviceHosts: settings.allowedServiceUrls,
    tenantId: settings.tenantId,
    checkEnvelope: core.checkEnvelope,
  };
  let stopping = false;
  if (core.answers ?? true) inbox.work(createActivityHandler({ settings, core, adapter, inbox, memory }));

  /** What is about an earlier message, or the whole conversation. */
  const admitChange = async (arrived: Arrived, change: Change): Promise<HttpAnswer> => {
    const { activity, place } = arrived;
    if (change === 'removed') {
      await inbox.erase(place);
      await memory.erase(conversationName(place), place);
      return taken;
    }
    const admission = admitActivity({ ...activity, type: 'message' }, rules);
    if ('refused' in admission) return forbidden(admission.refused);
    if (change === 'edited' && 'turn' in admission && admission.turn.kind === 'ask') {
      await inbox.replace(arrivalOf(arrived, { kind: 'turn', turn: admission.turn }, core.clock));
      return taken;
    }
    await inbox.withdraw({ ...place, activityId: activity.id });
    if (change === 'edited' && 'say' in admission)
      await inbox.accept({
        ...arrivalOf(arrived, { kind: 'refused', text: admission.say }, core.clock),
        activityId: `${activity.id}#edited`,
      });
    return taken;
  };

  const admit = async (arrived: Arrived): Promise<HttpAnswer> => {
    if (stopping) return { status: 503, code: 'shutting-down', message: 'Try again later.' };
    const change = readChange(arrived.activity);
    if (change) return admitChange(arrived, change);
    const admission = admitActivity(arrived.activity, rules);
    if ('refused' in admission) return forbidden(admission.refused);
    if ('turn' in admission && arrived.activity.type === 'invoke') return { status: 501 };
    const work = 'say' in admission ? ({ kind: 'refused', text: admission.say } as const) : workOf(admission.turn);
    if (!work) return taken;
    const acceptance = await inbox.accept(arrivalOf(arrived, work, core.clock));
    return acceptance === 'busy' ? { status: 503, code: 'rate-limited', message: 'Try again later.' } : taken;
  };

  const receive = async (request: ActivityRequest): Promise<HttpAnswer> => {
    const parsed = TeamsActivity.safeParse(request.body);
    if (!parsed.success) return { status: 400, code: 'invalid-request', message: 'The body is no Bot Framework activity.' };
    const authorization = request.headers.authorization ?? '';
    if (settings.appId !== '' && !isBotFrameworkToken(authorization)) return unauthenticated;
    let arrived: Arrived | undefined;
    try {
      await adapter.receive(authorization, toSdkActivity(parsed.data), (context) => {
        arrived = arrivedFrom(parsed.data, context);
        return Promise.resolve();
      });
    } catch (thrown) {
      return refusedBySdk(thrown, core.log);
    }
    if (!arrived) return { status: 500, code: 'internal-error', message: 'The activity was not read.' };
    try {
      return await admit(arrived);
    } catch (thrown) {
      // Not kept, so not taken: the channel sends it again.
      const { code } = asHumphreyError(thrown);
      core.log.error({ code }, 'an activity could not be kept');
      return { status: 503, code, message: 'The activity could not be kept. Send it again.' };
    }
  };

  return {
    handleActivity: async (request, response) => {
      const answered = await receive(request);
      if (answered.code !== undefined) core.log.info({ status: answered.status, code: answered.code }, 'an activity was not taken');
      respond(response, answered);
    },
    idle: () => inbox.idle(),
    isReady: async () => !stopping && (await inbox.isReady()),
    stop: async () => {
      stopping = true;
      await inbox.stop();
    },
  };
}

const taken: HttpAnswer = { status: 200 };

function workOf(turn: Turn): KeptActivity['work'] | undefined {
  return turn.kind === 'dropped' ? undefined : { kind: 'turn', turn };
}

function forbidden(message: string): HttpAnswer {
  return { status: 403, code: 'forbidden', message };
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
  place: ConversationPlace;
}

function arrivedFrom(activity: TeamsActivity, context: TurnContext): Arrived {
  const team = activity.channelData?.team?.id;
  return {
    activity,
    reference: TurnContext.getConversationReference(context.activity),
    place: {
      // Every activity of Teams names its tenant; the Playground's do not.
      tenantId: tenantOf(activity) ?? 'development',
      channel: activity.channelId,
      conversation: activity.conversation.id,
      ...(team ? { team } : {}),
    },
  };
}

function arrivalOf({ activity, place, reference }: Arrived, work: KeptActivity['work'], clock: Clock): Arrival {
  const turn = work.kind === 'turn' ? work.turn : undefined;
  const sent = Date.parse(activity.timestamp ?? '');
  return {
    ...place,
    activityId: activity.id,
    owner: turn && 'asker' in turn ? turn.asker.objectId : '',
    sentAt: Number.isNaN(sent) ? clock.now() : new Date(sent),
    lane: turn?.kind === 'ask' || turn?.kind === 'choice' ? 'turns' : 'beside',
    payload: writeKept({ reference, place, work }),
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
