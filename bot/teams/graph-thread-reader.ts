import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { MAX_THREAD_MESSAGES } from '../../shared/contract/task-request.ts';
import { HumphreyError } from '../../shared/errors.ts';
import type { ThreadReader, ThreadToRead } from '../../shared/ports.ts';
import { retryAfterMilliseconds } from './connector-policies.ts';
import { readsLikeRequest } from './split-pasted-text.ts';

const GRAPH = 'https://graph.microsoft.com/v1.0';
/** Graph's own most for replies. */
const PAGE_SIZE = 50;
/** One page; Graph answers in a second or two. */
const PAGE_MILLISECONDS = 15_000;
/** A person waits for this: a longer Retry-After is told instead of waited for. */
const MAX_RETRY_AFTER_MILLISECONDS = 20_000;
const MAX_ATTEMPTS = 3;

const Identity = z.looseObject({ id: z.string().nullish(), displayName: z.string().nullish() }).nullish();
const ChatMessage = z.looseObject({
  id: z.string(),
  messageType: z.string().nullish(),
  createdDateTime: z.string().nullish(),
  deletedDateTime: z.string().nullish(),
  subject: z.string().nullish(),
  from: z.looseObject({ user: Identity, application: Identity }).nullish(),
  body: z.looseObject({ contentType: z.string().nullish(), content: z.string().nullish() }).nullish(),
  attachments: z.array(z.looseObject({ name: z.string().nullish() })).nullish(),
  mentions: z.array(z.looseObject({ mentioned: z.looseObject({ application: Identity }).nullish() })).nullish(),
});
type ChatMessage = z.infer<typeof ChatMessage>;
const Page = z.looseObject({ value: z.array(ChatMessage), '@odata.nextLink': z.string().nullish() });

export interface GraphThreadSettings {
  /** The bot's application id: what it posted itself, and what was only asked of it, is no part of a thread. */
  appId: string;
  /** An application token for Microsoft Graph. */
  getToken: (signal: AbortSignal) => Promise<string>;
  /** Default: Microsoft Graph itself. */
  baseUrl?: string;
}

/**
 * Reads a channel's thread from Microsoft Graph with an application token (resource-specific consent
 * ChannelMessage.Read.Group suffices). Plain HTTP: two calls do not need Microsoft's Graph client and its middleware.
 */
export function createGraphThreadReader(settings: GraphThreadSettings): ThreadReader {
  const base = settings.baseUrl ?? GRAPH;
  return {
    readThread: async (place, signal) => {
      const token = await settings.getToken(signal);
      const fetchJson = (url: string): Promise<unknown> => getJson(url, token, signal);
      const root = `${base}/teams/${encodeURIComponent(place.teamId)}/channels/${encodeURIComponent(place.channelId)}/messages/${encodeURIComponent(place.rootMessageId)}`;
      const first = parse(ChatMessage, await fetchJson(root));
      const { replies, cut } = await readReplies(`${root}/replies?$top=${PAGE_SIZE}`, base, fetchJson);
      const messages = [first, ...replies.sort(byTime)].filter((message) => belongs(message, settings.appId));
      const title = titleOf(first, cut);
      return { ...(title === undefined ? {} : { title }), messages: messages.map(toMessage) };
    },
  };
}

async function readReplies(
  firstPage: string,
  base: string,
  fetchJson: (url: string) => Promise<unknown>,
): Promise<{ replies: ChatMessage[]; cut: boolean }> {
  const replies: ChatMessage[] = [];
  let next: string | undefined = firstPage;
  while (next !== undefined) {
    const page: z.infer<typeof Page> = parse(Page, await fetchJson(next));
    replies.push(...page.value);
    next = page['@odata.nextLink'] ?? undefined;
    // The answer of a server names the next request: it may only go to that server, for it carries the token.
    if (next !== undefined && new URL(next).origin !== new URL(base).origin) throw notUnderstood();
    if (replies.length >= MAX_THREAD_MESSAGES - 1)
      return { replies: replies.slice(0, MAX_THREAD_MESSAGES - 1), cut: next !== undefined || replies.length > MAX_THREAD_MESSAGES - 1 };
  }
  return { replies, cut: false };
}

/** Deleted posts, joins and the like, our own answers, and what was only asked of us are no part of the thread. */
function belongs(message: ChatMessage, appId: string): boolean {
  if (message.deletedDateTime || (message.messageType ?? 'message') !== 'message') return false;
  if (message.from?.application?.id === appId) return false;
  const mentionsUs = (message.mentions ?? []).some((mention) => mention.mentioned?.application?.id === appId);
  return !(mentionsUs && readsLikeRequest(wordsOf(message)));
}

/** The post's words without mentions, good enough to tell a request from information; what is shown is read elsewhere. */
function wordsOf(message: ChatMessage): string {
  return (message.body?.content ?? '')
    .replaceAll(/<at\b[^>]*>[^<]*<\/at>/giu, ' ')
    .replaceAll(/<[^>]*>|&nbsp;/gu, ' ')
    .trim();
}

function toMessage(message: ChatMessage): ThreadToRead['messages'][number] {
  const author = message.from?.user?.displayName ?? message.from?.application?.displayName ?? 'Unknown author';
  const content = message.body?.content ?? '';
  const unread = (message.attachments ?? []).flatMap((attachment) => (attachment.name ? [`Attached, not read: ${attachment.name}`] : []));
  const sent = message.createdDateTime ?? '';
  if (message.body?.contentType === 'html')
    return { author, sent, html: [content, ...unread.map((text) => `<p>${escapeHtml(text)}</p>`)].join('') };
  return { author, sent, text: [content, ...unread].join('\n') };
}

function titleOf(first: ChatMessage, cut: boolean): string | undefined {
  const subject = first.subject?.trim();
  const name = subject === undefined || subject === '' ? undefined : subject;
  if (!cut) return name;
  return `${name ?? 'Thread'} (only ${MAX_THREAD_MESSAGES} of its messages were read)`;
}

function byTime(one: ChatMessage, other: ChatMessage): number {
  return Date.parse(one.createdDateTime ?? '') - Date.parse(other.createdDateTime ?? '') || 0;
}

async function getJson(url: string, token: string, signal: AbortSignal): Promise<unknown> {
  for (let attempt = 1; ; attempt += 1) {
    const response = await get(url, token, signal);
    const pause = attempt < MAX_ATTEMPTS ? pauseFor(response) : undefined;
    if (pause === undefined) return readAnswer(response);
    await response.body?.cancel();
    await wait(pause, undefined, { signal });
  }
}

async function get(url: string, token: string, signal: AbortSignal): Promise<Response> {
  const deadline = AbortSignal.timeout(PAGE_MILLISECONDS);
  try {
    // Only Graph's own origin gets here (checked above), and a redirect must not carry the token elsewhere.
    return await fetch(url, {
      headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
      redirect: 'error',
      signal: AbortSignal.any([signal, deadline]),
    });
  } catch (cause) {
    if (signal.aborted) throw new HumphreyError('cancelled', 'The task was cancelled.', { cause });
    throw new HumphreyError('unreadable', 'Microsoft Graph did not answer, so I could not read this thread. Try again in a minute.', {
      cause,
    });
  }
}

/** Milliseconds until it may be asked again; undefined where the answer stands. Reading is repeatable, so 5xx counts too. */
function pauseFor(response: Response): number | undefined {
  if (response.status !== 429 && response.status < 500) return undefined;
  const pause = retryAfterMilliseconds(response.headers.get('retry-after'), Date.now()) ?? (response.status === 429 ? undefined : 1_000);
  return pause !== undefined && pause <= MAX_RETRY_AFTER_MILLISECONDS ? pause : undefined;
}

async function readAnswer(response: Response): Promise<unknown> {
  if (!response.ok) {
    await response.body?.cancel();
    throw refusal(response.status);
  }
  try {
    return await response.json();
  } catch (cause) {
    throw notUnderstood(cause);
  }
}

function refusal(status: number): HumphreyError {
  if (status === 401 || status === 403) {
    return new HumphreyError(
      'forbidden',
      'I may not read this channel’s messages yet. Ask an owner of the team to add Humphrey to it again and accept the permission “Read this team’s channel messages” (ChannelMessage.Read.Group); if it is not offered, your Teams administrator has to allow resource-specific consent. Until then, paste the text to me.',
    );
  }
  if (status === 404)
    return new HumphreyError('not-found', 'I could not find this thread. It may have been deleted. Paste the text to me instead.');
  if (status === 429)
    return new HumphreyError('rate-limited', 'Microsoft Graph is busy, so I could not read this thread. Try again in a few minutes.');
  return new HumphreyError('unreadable', `Microsoft Graph could not give me this thread (it answered ${status}). Try again in a minute.`);
}

function parse<Output>(schema: z.ZodType<Output>, value: unknown): Output {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw notUnderstood(parsed.error);
  return parsed.data;
}

function notUnderstood(cause?: unknown): HumphreyError {
  return new HumphreyError(
    'unreadable',
    'Microsoft Graph answered in a way I do not understand, so I could not read this thread. Paste the text to me instead.',
    { cause },
  );
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
