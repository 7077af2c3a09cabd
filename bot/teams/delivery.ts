import type { Activity, TurnContext } from 'botbuilder';
import type { MessageEntity } from '../cards/answer-entities.ts';
import type { AdaptiveCard } from '../cards/card-elements.ts';
import type { Log } from '../../shared/ports.ts';

/** One message of ours. `text` is our own words: the message itself, or with a card its line in notifications. */
export interface OutgoingMessage {
  text: string;
  card?: AdaptiveCard;
  entities?: MessageEntity[];
}

/** Teams shows "is typing" for a few seconds after each. */
const TYPING_EVERY_MILLISECONDS = 4_000;
/** Three minutes: after that the placeholder alone says that work goes on, and the thread's rate limit is left to the answer. */
const MAX_TYPING = 45;

/** What became of a call: taken, or the HTTP status of the connector's refusal; 0 where there was no answer. */
export type Sent = { taken: true; id: string | undefined } | { taken: false; status: number };

/** Puts messages into one conversation. Failures are logged and given back, not thrown. */
export interface Delivery {
  /** Shows typing now and every few seconds until the returned function is called. Not in channels, where Teams shows none. */
  startTyping(): () => void;
  /** A new message. Sent again, it stands there twice. */
  post(message: OutgoingMessage): Promise<Sent>;
  /** Puts a message in the place of an earlier one of ours. Sent again, nothing changes. */
  put(id: string, message: OutgoingMessage): Promise<Sent>;
  /** Resolves when no typing is under way: botbuilder revokes the turn's context as soon as the turn ends. */
  settled(): Promise<void>;
}

/** `fullWidth` false leaves out what only real Teams clients know: the Playground shows a warning instead. */
export function createDelivery(context: TurnContext, { log, fullWidth }: { log: Log; fullWidth: boolean }): Delivery {
  const toActivity = (message: OutgoingMessage): Partial<Activity> => activityOf(message, fullWidth);
  const typing = new Set<Promise<unknown>>();

  const attempt = async (what: string, send: () => Promise<unknown>): Promise<Sent> => {
    try {
      const answered = await send();
      return { taken: true, id: idIn(answered) };
    } catch (thrown) {
      const status = statusOf(thrown);
      log.warn({ what, status, error: thrown instanceof Error ? thrown.name : typeof thrown }, 'Teams did not take a message');
      return { taken: false, status };
    }
  };

  return {
    startTyping: () => {
      if (context.activity.conversation.conversationType === 'channel') return () => undefined;
      let sent = 0;
      const send = (): void => {
        sent += 1;
        if (sent > MAX_TYPING) return;
        const sending = attempt('typing', () => context.sendActivity({ type: 'typing' }));
        typing.add(sending);
        void sending.then(() => typing.delete(sending));
      };
      send();
      const timer = setInterval(send, TYPING_EVERY_MILLISECONDS);
      return () => {
        clearInterval(timer);
      };
    },
    post: (message) => attempt('post', () => context.sendActivity(toActivity(message))),
    put: (id, message) => attempt('put', () => context.updateActivity({ ...toActivity(message), id })),
    settled: async () => {
      await Promise.all(typing);
    },
  };
}

/**
 * Text and card never go together: Teams makes two messages of them, and refuses them as an update ("Activity resulted into
 * multiple skype activities"). With a card the text is what notifications show.
 */
function activityOf(message: OutgoingMessage, fullWidth: boolean): Partial<Activity> {
  const activity: Partial<Activity> = { type: 'message', summary: message.text };
  const { msteams, ...plainCard } = message.card ?? {};
  if (message.card)
    activity.attachments = [
      { contentType: 'application/vnd.microsoft.card.adaptive', content: fullWidth ? { ...plainCard, msteams } : plainCard },
    ];
  // Plain: nothing in it is read as markdown.
  else Object.assign(activity, { text: message.text, textFormat: 'plain' });
  // The SDK's type of an entity knows only `type`; the rest passes through the mended mapper.
  if (message.entities) activity.entities = message.entities.map((entity) => ({ ...entity }));
  return activity;
}

/** Some channels give no ids. */
function idIn(answered: unknown): string | undefined {
  if (typeof answered !== 'object' || answered === null || !('id' in answered) || typeof answered.id !== 'string') return undefined;
  return answered.id === '' ? undefined : answered.id;
}

/** The HTTP status of the connector's refusal; 0 where there was no answer. */
function statusOf(thrown: unknown): number {
  if (typeof thrown === 'object' && thrown !== null && 'statusCode' in thrown && typeof thrown.statusCode === 'number')
    return thrown.statusCode;
  return 0;
}
