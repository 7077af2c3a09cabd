/** Activities as Teams sends them, written by us after real ones. */

export interface ActivityParts {
  serviceUrl: string;
  id?: string;
  text?: string;
  conversation?: string;
  person?: { id: string; objectId: string; name: string };
}

export const priya = { id: '29:priya', objectId: '11111111-0000-0000-0000-000000000001', name: 'Priya Shah' };
export const tom = { id: '29:tom', objectId: '11111111-0000-0000-0000-000000000002', name: 'Tom Okafor' };
export const botId = '28:humphrey';
export const tenantId = '22222222-0000-0000-0000-000000000000';

let lastId = 0;

/** A message in a personal chat. */
export function personalMessage(parts: ActivityParts): Record<string, unknown> {
  const person = parts.person ?? priya;
  return {
    type: 'message',
    id: parts.id ?? `activity-${(lastId += 1)}`,
    timestamp: '2026-11-23T10:00:00.000Z',
    channelId: 'msteams',
    serviceUrl: parts.serviceUrl,
    from: { id: person.id, name: person.name, aadObjectId: person.objectId },
    recipient: { id: botId, name: 'Humphrey' },
    conversation: { id: parts.conversation ?? 'a:personal-chat', conversationType: 'personal', tenantId },
    text: parts.text ?? '',
    textFormat: 'plain',
    channelData: { tenant: { id: tenantId } },
  };
}

/** A message in a channel's thread; `mention` false leaves the bot unmentioned. */
export function channelMessage(parts: ActivityParts & { mention?: boolean }): Record<string, unknown> {
  const mention = parts.mention ?? true;
  return {
    ...personalMessage({ ...parts, text: mention ? `<at>Humphrey</at> ${parts.text ?? ''}` : (parts.text ?? '') }),
    conversation: {
      id: parts.conversation ?? '19:channel@thread.tacv2;messageid=1700000000001',
      conversationType: 'channel',
      isGroup: true,
      tenantId,
    },
    entities: mention ? [{ type: 'mention', text: '<at>Humphrey</at>', mentioned: { id: botId, name: 'Humphrey' } }] : [],
    channelData: { tenant: { id: tenantId }, team: { id: '19:team@thread.tacv2' }, channel: { id: '19:channel@thread.tacv2' } },
  };
}

/** A file attached in a personal chat. */
export function fileAttachment(name: string, downloadUrl: string): Record<string, unknown> {
  return {
    contentType: 'application/vnd.microsoft.teams.file.download.info',
    contentUrl: 'https://contoso-my.sharepoint.com/personal/priya/Documents/file',
    name,
    content: { downloadUrl, uniqueId: 'unique-1', fileType: name.split('.').at(-1) },
  };
}
