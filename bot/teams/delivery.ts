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

/** Puts messages into one conversation: a placeholder first, then the answer in its place. Failures are logged, not thrown. */
export interface Delivery {
  /** Shows typing now and every few seconds until the returned function is called. Not in channels, where Teams shows none. */
  startTyping(): () => void;
  /** A message whose place the answer takes; its words say nothing about the content. */
  placeholder(text: string): Promise<void>;
  /** The answer, in the placeholder's place where there is one. True when Teams took it. */
  answer(message: OutgoingMessage): Promise<boolean>;
  /** A message of its own. */
  say(message: OutgoingMessage): Promise<boolean>;
  /** Resolves when no typing is under way: botbuilder revokes the turn's context as soon as the turn ends. */
  settled(): Promise<void>;
}

/** `fullWidth` false leaves out what only real Teams clients know: the Playground shows a warning instead. */
export function createDelivery(context: TurnContext, { log, fullWidth }: { log: Log; fullWidth: boolean }): Delivery {
  let placeholderId: string | undefined;
  const typing = new Set<Promise<unknown>>();

  const attempt = async (what: string, send: () => Promise<unknown>): Promise<number | undefined> => {
    try {
      await send();
      return undefined;
    } catch (thrown) {
      const status = statusOf(thrown);
      log.warn({ what, status, error: thrown instanceof Error ? thrown.name : typeof thrown }, 'Teams did not take a message');
      return status;
    }
  };
  /** Undefined when Teams took the message, or what is left of it; else the status of the last refusal. */
  const deliver = async (
    what: string,
    message: OutgoingMessage,
    send: (activity: Partial<Activity>) => Promise<unknown>,
  ): Promise<number | undefined> => {
    let status: number | undefined;
    for (const form of plainerForms(message)) {
      status = await attempt(what, () => send(activityOf(form, fullWidth)));
      if (status !== 400 && status !== 413) return status;
    }
    return status;
  };
  const post = async (message: OutgoingMessage): Promise<boolean> =>
    (await deliver('post', message, (activity) => context.sendActivity(activity))) === undefined;

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
    placeholder: async (text) => {
      await attempt('placeholder', async () => {
        placeholderId = (await context.sendActivity(activityOf({ text }, fullWidth)))?.id || undefined;
      });
    },
    answer: async (message) => {
      if (placeholderId === undefined) return post(message);
      const id = placeholderId;
      const status = await deliver('put', message, (activity) => context.updateActivity({ ...activity, id }));
      // The message is gone, or this channel has no updates: it must not stay unanswered.
      if (status === 404 || status === 405) return post(message);
      return status === undefined;
    },
    say: post,
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

/**
 * The message, then what Teams may still take after a 400 or 413: without the citation entities (their quotes stand on the
 * card; the AI label stays), then a sentence, so that the placeholder does not stand for ever.
 */
function plainerForms(message: OutgoingMessage): OutgoingMessage[] {
  if (!message.card) return [message];
  const sentence = { text: `${message.text}. The answer could not be shown here. Ask for a short one.` };
  if (!message.entities) return [message, sentence];
  return [message, { ...message, entities: message.entities.map(withoutCitations) }, sentence];
}

function withoutCitations(entity: MessageEntity): MessageEntity {
  const { citation: _citation, ...rest } = entity;
  return rest;
}

/** The HTTP status of the connector's refusal; 0 where there was no answer. */
function statusOf(thrown: unknown): number {
  if (typeof thrown === 'object' && thrown !== null && 'statusCode' in thrown && typeof thrown.statusCode === 'number')
    return thrown.statusCode;
  return 0;
}
