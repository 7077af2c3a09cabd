import type { MessageEntity } from '../cards/answer-entities.ts';
import type { Ending, Log, Outbox } from '../../shared/ports.ts';
import type { Delivery, OutgoingMessage, Sent } from './delivery.ts';

/** Placeholders that may be left standing because nobody knows their ids; more would be a flood. */
const MAX_ORPHANS = 5;

export interface OutgoingAnswer {
  delivery: Delivery;
  outbox: Outbox;
  log: Log;
}

/** `gone`: the conversation does not take messages of ours any more, and never will. */
export type PlaceholderOutcome = 'posted' | 'without-id' | 'not-posted' | 'gone';

/**
 * Posts the message whose place the answer takes, unless it is there already. Before and after, what is known of it is kept:
 * a POST whose reply is lost must not be taken for one that never was. Says nothing about the content.
 */
export async function postPlaceholder({ delivery, outbox }: OutgoingAnswer, text: string): Promise<PlaceholderOutcome> {
  if (outbox.placeholder.state === 'posted') return 'posted';
  await outbox.keepPlaceholder({ state: 'posting' });
  const sent = await delivery.post({ text });
  if (sent.taken && sent.id !== undefined) {
    await outbox.keepPlaceholder({ state: 'posted', id: sent.id });
    return 'posted';
  }
  // Taken without an id, it cannot be updated: it stands as it is.
  if (sent.taken || mayBeTaken(sent.status)) await outbox.keepPlaceholder({ state: 'unknown' });
  else await outbox.keepPlaceholder({ state: 'none' });
  if (sent.taken) return 'without-id';
  return isGone(sent.status) ? 'gone' : 'not-posted';
}

/** Delivers an answer in the placeholder's place and ends the activity; where Teams is out, it is put off. */
export async function deliverAnswer(answer: OutgoingAnswer, message: OutgoingMessage, ending: Ending): Promise<void> {
  await conclude(answer, await sendAnswer(answer, message), ending);
}

/**
 * Delivers a message of our own words that needs no placeholder ("help", a refusal): in the place of one that is there, or
 * posted. Where a POST's reply was lost it is posted again, and may stand there twice: that is counted as an orphan.
 */
export async function deliverWords(answer: OutgoingAnswer, message: OutgoingMessage, ending: Ending): Promise<void> {
  const { delivery, outbox } = answer;
  const { placeholder } = outbox;
  let sent: Sent;
  if (placeholder.state === 'posted') sent = placeholder.id === '' ? { taken: true, id: '' } : await delivery.put(placeholder.id, message);
  else if (outbox.orphans >= MAX_ORPHANS) sent = { taken: false, status: 0 };
  else sent = await postAnswer(answer, message);
  await conclude(answer, sent, ending);
}

async function sendAnswer(answer: OutgoingAnswer, message: OutgoingMessage): Promise<Sent> {
  const { delivery, outbox } = answer;
  const outcome = await findPlace(answer);
  if (outcome === 'gone') return { taken: false, status: 404 };
  if (outcome === 'without-id') return postAnswer(answer, message);
  if (outbox.placeholder.state !== 'posted') return outbox.durable ? { taken: false, status: 0 } : postAnswer(answer, message);
  const { id } = outbox.placeholder;
  // It was an answer of its own, and there is no id by which it could be put again.
  if (id === '') return { taken: true, id };
  const sent = await sendPlainer(message, (form) => delivery.put(id, form));
  // The message is gone, or this channel has no updates: it must not stay unanswered.
  return !sent.taken && (sent.status === 404 || sent.status === 405) ? postAnswer(answer, message) : sent;
}

/** Sends the message, and where Teams refuses it as such, its plainer forms. */
async function sendPlainer(message: OutgoingMessage, send: (form: OutgoingMessage) => Promise<Sent>): Promise<Sent> {
  let sent: Sent = { taken: false, status: 0 };
  for (const form of plainerForms(message)) {
    sent = await send(form);
    if (sent.taken || !isRefusedAsSuch(sent.status)) return sent;
  }
  return sent;
}

/** A message for the answer to replace. Where the first one's fate is unknown, a second one: putting into it can be repeated. */
async function findPlace(answer: OutgoingAnswer): Promise<PlaceholderOutcome> {
  const { outbox } = answer;
  if (outbox.placeholder.state === 'posted') return 'posted';
  // Where nothing is ever tried again, a second one would be in the person's way for nothing.
  if (!outbox.durable || outbox.orphans >= MAX_ORPHANS) return 'not-posted';
  return postPlaceholder(answer, 'Your answer is ready…');
}

/** As a message of its own, which cannot be repeated. */
async function postAnswer({ delivery, outbox }: OutgoingAnswer, message: OutgoingMessage): Promise<Sent> {
  await outbox.keepPlaceholder({ state: 'posting' });
  const sent = await sendPlainer(message, (form) => delivery.post(form));
  if (sent.taken) await outbox.keepPlaceholder({ state: 'posted', id: sent.id ?? '' });
  else await outbox.keepPlaceholder({ state: mayBeTaken(sent.status) ? 'unknown' : 'none' });
  return sent;
}

async function conclude({ outbox, log }: OutgoingAnswer, sent: Sent, ending: Ending): Promise<void> {
  if (sent.taken) return outbox.end(ending);
  if (!isFinal(sent.status) && outbox.orphans < MAX_ORPHANS && (await outbox.postpone())) return;
  log.error({ status: sent.status, state: ending.state }, 'an answer could not be delivered');
  await outbox.end({ state: 'failed', code: sent.status === 0 ? 'undelivered' : `undelivered-${sent.status}` });
}

/** Blocked by the person, or the conversation is gone: another try would be the same. */
function isGone(status: number): boolean {
  return status === 403 || status === 404;
}

/** A refusal of this very message or of this conversation; 401 may be a token that ran out, 408 and up may pass. */
function isFinal(status: number): boolean {
  return isGone(status) || isRefusedAsSuch(status) || status === 405;
}

/** Too large, or a card that this client does not accept: the words alone may still go through. */
function isRefusedAsSuch(status: number): boolean {
  return status === 400 || status === 413;
}

/** A server that failed, a connection that broke: the message may stand there. */
function mayBeTaken(status: number): boolean {
  return status === 0 || status === 408 || status === 412 || status >= 500;
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
