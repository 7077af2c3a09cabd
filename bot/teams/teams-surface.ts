import type { TaskEvent } from '../../shared/contract/task-event.ts';
import type { TaskRequest } from '../../shared/contract/task-request.ts';
import type { Asker, Clock, Log, ThreadReader } from '../../shared/ports.ts';
import { admitActivity, type AdmissionRules } from './admit-activity.ts';
import type { Deadlines } from './connector-policies.ts';
import { createConversationMemory } from './conversation-memory.ts';
import { createConversationQueue } from './conversation-queue.ts';
import { createDelivery } from './delivery.ts';
import { downloadFile } from './download-file.ts';
import { createThreadFinder } from './find-thread.ts';
import { respond, type ActivityRequest, type ActivityResponse, type HttpAnswer } from './http-answer.ts';
import type { LocalThreadReader } from './local-thread-reader.ts';
import { receiveActivity, type Arrived } from './receive-activity.ts';
import { createTeamsAdapter, type BotIdentity } from './teams-adapter.ts';
import { sayBeside, workFor, type TurnWorkParts } from './turn-work.ts';

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

export interface TeamsSurface {
  /** Answers POST /api/messages within milliseconds; the work goes on afterwards. Never throws. */
  handleActivity(request: ActivityRequest, response: ActivityResponse): Promise<void>;
  /** Resolves when all queued work is done. */
  idle(): Promise<void>;
  /** Takes nothing more, tells the people who wait, and resolves when that is done. */
  stop(): Promise<void>;
}

/** The Teams surface of Humphrey behind /api/messages. Throws where an empty app id would leave it open to anybody. */
export function createTeamsSurface(settings: TeamsSettings, core: TeamsCore): TeamsSurface {
  if (settings.appId === '' && !settings.development)
    throw new Error('The bot has no app id, so nobody who calls it could be checked. Set MICROSOFT_APP_ID, or start in offline mode.');
  const adapter = createTeamsAdapter(settings, settings.deadlines);
  const queue = createConversationQueue((thrown) => {
    core.log.error({ error: thrown instanceof Error ? thrown.name : typeof thrown }, 'work on a conversation failed');
  });
  const downloadRule = { hosts: settings.allowedDownloadHosts, development: settings.development };
  const parts: TurnWorkParts = {
    core,
    queue,
    memory: createConversationMemory(core.clock),
    download: (file, signal) => downloadFile(file, downloadRule, { signal }),
    findThread: createThreadFinder(),
    inConversation: (reference, act) =>
      adapter.continueConversationAsync(settings.appId, reference, async (context) => {
        // The SDK gives the continued turn an id of its own invention, and would reply to that.
        context.activity.id = reference.activityId ?? '';
        const delivery = createDelivery(context, { log: core.log, fullWidth: !settings.development });
        await act(delivery, context);
        await delivery.settled();
      }),
  };
  const rules: AdmissionRules = {
    development: settings.development,
    serviceHosts: settings.allowedServiceUrls,
    tenantId: settings.tenantId,
    checkEnvelope: core.checkEnvelope,
  };
  const reception = { adapter, appId: settings.appId, admit: (arrived: Arrived) => admit(arrived, rules, parts), log: core.log };

  return {
    handleActivity: async (request, response) => {
      const answered = await receiveActivity(request, reception);
      if (answered.code !== undefined) core.log.info({ status: answered.status, code: answered.code }, 'an activity was not taken');
      respond(response, answered);
    },
    idle: () => queue.idle(),
    stop: () => queue.stop(),
  };
}

/** Queues what the activity asks for, and says to the channel whether it was taken. */
function admit(arrived: Arrived, rules: AdmissionRules, parts: TurnWorkParts): HttpAnswer {
  const admission = admitActivity(arrived.activity, rules);
  if ('refused' in admission) return { status: 403, code: 'forbidden', message: admission.refused };
  if (arrived.activity.type === 'invoke') return { status: 501 };
  const work = 'say' in admission ? sayBeside(arrived, parts, () => ({ text: admission.say })) : workFor(arrived, admission.turn, parts);
  if (!work) return { status: 200 };
  const outcome = parts.queue.add({ ...work, key: arrived.key });
  if (outcome === 'full') return { status: 503, code: 'rate-limited', message: 'Humphrey is busy. Send it again later.' };
  if (outcome === 'stopping') return { status: 503, code: 'shutting-down', message: 'Humphrey is being restarted. Send it again later.' };
  if (outcome === 'conversation-full') {
    const text = 'You have many requests waiting here, so I did not take this one. Ask again when I have answered, or type “cancel”.';
    parts.queue.add({ ...sayBeside(arrived, parts, () => ({ text })), key: `${arrived.key}#full` });
  }
  return { status: 200 };
}
