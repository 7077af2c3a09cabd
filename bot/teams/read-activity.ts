import { z } from 'zod';
import { ChoiceData } from '../cards/choice-card.ts';
import { SampleData } from '../cards/welcome-card.ts';
import type { Asker } from '../../shared/ports.ts';
import { splitPastedText } from './split-pasted-text.ts';
import type { TeamsActivity } from './teams-activity.ts';
import type { AskTurn, MentionedThread, OfferedFile, Scope, Turn } from './turn.ts';

const FILE_TYPE = 'application/vnd.microsoft.teams.file.download.info';
const FileContent = z.looseObject({ downloadUrl: z.string().min(1).max(10_000) });

/** Files of one message: the contract's own limit of sources, less one for pasted text. */
const MAX_FILES = 10;

/** Characters of a file name in the contract. */
const MAX_FILE_NAME = 500;

const CANCEL = /^(?:please )?(?:cancel|stop)(?: (?:it|that|this|please))?[.!]?$/iu;
const HELP = /^(?:help|\?|what can you do\??|who are you\??|(?:hi|hello|hey|good (?:morning|afternoon))(?: there| humphrey)?)[.!]?$/iu;

/** What an activity means. Pure: the same activity always gives the same turn. `development` allows a person without an Entra id. */
export function readActivity(activity: TeamsActivity, development: boolean): Turn {
  if (activity.from.id === activity.recipient.id || activity.from.role === 'bot') return { kind: 'dropped', reason: 'own-echo' };
  const scope = scopeOf(activity);
  if (isWelcome(activity)) return { kind: 'welcome', scope };
  if (activity.type !== 'message') return { kind: 'dropped', reason: 'other-type' };
  const asker = readAsker(activity, development);
  if (!asker) return { kind: 'dropped', reason: 'no-person' };
  const choice = ChoiceData.safeParse(activity.value);
  if (choice.success) return { kind: 'choice', asker, pending: choice.data.pending, task: choice.data.task };
  if (SampleData.safeParse(activity.value).success)
    return { kind: 'ask', asker, instruction: 'Summarise this thread', pasted: [], files: [], notes: [], sample: true };
  // With resource-specific consent Teams delivers every message of a channel: what does not name us is none of our business.
  if (scope !== 'personal' && !mentionsRecipient(activity)) return { kind: 'dropped', reason: 'not-mentioned' };
  return readMessage(activity, asker, scope);
}

/** The texts that the marking gate must see before anything is kept: the words and the names of what is attached. */
export function envelopeTexts(activity: TeamsActivity): string[] {
  const names = (activity.attachments ?? []).flatMap((attachment) => (attachment.name ? [attachment.name] : []));
  return [...(activity.text ? [activity.text] : []), ...names];
}

function readMessage(activity: TeamsActivity, asker: Asker, scope: Scope): Turn {
  const words = wordsOf(activity);
  const { files, notes } = readAttachments(activity);
  if (words === '' && files.length === 0 && notes.length === 0 && scope === 'personal') return { kind: 'dropped', reason: 'nothing-said' };
  if (files.length === 0) {
    if (CANCEL.test(words)) return { kind: 'cancel', asker };
    if (HELP.test(words)) return { kind: 'help', asker };
  }
  const split = splitPastedText(words);
  const thread = scope === 'channel' ? readThreadPlace(activity) : undefined;
  const turn: AskTurn = {
    kind: 'ask',
    asker,
    instruction: split.instruction,
    pasted: split.material === undefined ? [] : [{ kind: 'text', text: split.material, name: 'Pasted text' }],
    files,
    notes,
    ...(thread ? { thread } : {}),
  };
  return turn;
}

function scopeOf(activity: TeamsActivity): Scope {
  const type = activity.conversation.conversationType;
  if (type === 'personal' || type === 'groupChat' || type === 'channel') return type;
  return activity.conversation.isGroup === true ? 'groupChat' : 'personal';
}

function isWelcome(activity: TeamsActivity): boolean {
  if (activity.type === 'installationUpdate') return activity.action === 'add';
  return activity.type === 'conversationUpdate' && (activity.membersAdded ?? []).some((member) => member.id === activity.recipient.id);
}

function readAsker(activity: TeamsActivity, development: boolean): Asker | undefined {
  const tenantId = tenantOf(activity) ?? (development ? 'development' : undefined);
  const objectId = activity.from.aadObjectId ?? (development ? activity.from.id : undefined);
  if (!tenantId || !objectId) return undefined;
  return { tenantId, objectId, ...(activity.from.name ? { name: activity.from.name } : {}) };
}

/** The tenant that the channel names; the channel's token holds none. */
export function tenantOf(activity: TeamsActivity): string | undefined {
  return activity.conversation.tenantId ?? activity.channelData?.tenant?.id ?? undefined;
}

function mentionsRecipient(activity: TeamsActivity): boolean {
  return (activity.entities ?? []).some((entity) => entity.type === 'mention' && entity.mentioned?.id === activity.recipient.id);
}

/**
 * The person's words: our own mention taken out by the recipient's id, other people's left as their names. Never by the
 * text of the mention alone: a person may be called Humphrey too.
 */
function wordsOf(activity: TeamsActivity): string {
  let text = activity.text ?? '';
  for (const entity of activity.entities ?? []) {
    if (entity.type !== 'mention' || !entity.text) continue;
    const own = entity.mentioned?.id === activity.recipient.id;
    // A function, so that "$&" in somebody's name is not read as a pattern.
    text = text.replace(entity.text, () => (own ? ' ' : (entity.mentioned?.name ?? '')));
  }
  return text
    .replaceAll(/&nbsp;|\u00A0/gu, ' ')
    .replaceAll(/[ \t]{2,}/gu, ' ')
    .trim();
}

function readAttachments(activity: TeamsActivity): { files: OfferedFile[]; notes: string[] } {
  const files: OfferedFile[] = [];
  const notes: string[] = [];
  for (const attachment of activity.attachments ?? []) {
    // Teams repeats the message's own words as HTML.
    if (attachment.contentType === 'text/html' || attachment.contentType === 'text/plain') continue;
    const name = attachment.name ?? 'an attachment without a name';
    const content = FileContent.safeParse(attachment.content);
    if (attachment.contentType !== FILE_TYPE || !content.success) notes.push(unreadNote(attachment.contentType, name));
    else if (files.length === MAX_FILES)
      notes.push(`Not read: ${name}. I read ${MAX_FILES} files at a time; send the rest in another message.`);
    else files.push({ name: name.slice(0, MAX_FILE_NAME), downloadUrl: content.data.downloadUrl });
  }
  return { files, notes };
}

function unreadNote(contentType: string, name: string): string {
  if (contentType.startsWith('image/')) return 'A picture was not read: I read text and documents.';
  return `Not read: ${name}. I read files that are attached with the paper clip, and pasted text.`;
}

/** A channel's conversation id is `channel;messageid=root`; a new post is its own root. */
function readThreadPlace(activity: TeamsActivity): MentionedThread | undefined {
  const [conversation, root] = activity.conversation.id.split(';messageid=');
  const team = activity.channelData?.team;
  const channelId = activity.channelData?.channel?.id ?? conversation;
  if (!team?.id || !channelId) return undefined;
  return { teamId: team.id, ...(team.aadGroupId ? { groupId: team.aadGroupId } : {}), channelId, rootMessageId: root ?? activity.id };
}
