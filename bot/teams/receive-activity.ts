import { TurnContext, type Activity, type ConversationReference } from 'botbuilder';
import type { Log } from '../../shared/ports.ts';
import type { ActivityRequest, HttpAnswer } from './http-answer.ts';
import { TeamsActivity } from './teams-activity.ts';
import type { TeamsAdapter } from './teams-adapter.ts';
import { isBotFrameworkToken } from './token-issuer.ts';

/** An authenticated activity with what answering it later needs. */
export interface Arrived {
  activity: TeamsActivity;
  reference: Partial<ConversationReference>;
  conversation: string;
  /** The same activity, sent again, has the same key. */
  key: string;
}

export interface Reception {
  adapter: TeamsAdapter;
  /** '' in development: then nobody is checked. */
  appId: string;
  /** Decides what becomes of it; must not wait for anything, because the channel waits for the answer. */
  admit: (arrived: Arrived) => HttpAnswer;
  log: Log;
}

/** Body checked, caller authenticated by the SDK, then admitted. Never throws. */
export async function receiveActivity(request: ActivityRequest, reception: Reception): Promise<HttpAnswer> {
  const parsed = TeamsActivity.safeParse(request.body);
  if (!parsed.success) return { status: 400, code: 'invalid-request', message: 'The body is no Bot Framework activity.' };
  const activity = parsed.data;
  const authorization = request.headers.authorization ?? '';
  // Teams alone: the SDK takes other ways to check the tokens of some other channels, which anybody may name here.
  if (reception.appId !== '' && (activity.channelId !== 'msteams' || !isBotFrameworkToken(authorization))) return unauthenticated;
  let outcome: HttpAnswer | undefined;
  try {
    await reception.adapter.receive(authorization, toSdkActivity(activity), (context) => {
      outcome = reception.admit(arrivedFrom(activity, context));
      return Promise.resolve();
    });
  } catch (thrown) {
    return refusedBySdk(thrown, reception.log);
  }
  return outcome ?? { status: 500, code: 'internal-error', message: 'The activity was not read.' };
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

/** The SDK's own type, which has dates where the wire has text; the SDK reads them itself. */
function toSdkActivity(activity: TeamsActivity): Partial<Activity> {
  const sdkActivity: unknown = activity;
  return sdkActivity as Partial<Activity>;
}

function arrivedFrom(activity: TeamsActivity, context: TurnContext): Arrived {
  return {
    activity,
    reference: TurnContext.getConversationReference(context.activity),
    conversation: JSON.stringify([activity.channelId, activity.conversation.id]),
    key: JSON.stringify([activity.channelId, activity.conversation.id, activity.id]),
  };
}
