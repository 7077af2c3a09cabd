import { describe, expect, test } from '@jest/globals';
import { envelopeTexts, readActivity } from '../../bot/teams/read-activity.ts';
import { TeamsActivity } from '../../bot/teams/teams-activity.ts';
import type { AskTurn } from '../../bot/teams/turn.ts';
import { botId, channelMessage, fileAttachment, personalMessage, priya, tenantId } from './activities.ts';

const serviceUrl = 'https://smba.trafficmanager.net/uk/';

function read(activity: Record<string, unknown>): ReturnType<typeof readActivity> {
  return readActivity(TeamsActivity.parse(activity), false);
}

function ask(activity: Record<string, unknown>): AskTurn {
  const turn = read(activity);
  if (turn.kind !== 'ask') throw new Error(`Expected an ask, got ${JSON.stringify(turn)}`);
  return turn;
}

describe('a message in a personal chat', () => {
  test('is asked by the person that Entra names, in the tenant that Teams names', () => {
    expect(ask(personalMessage({ serviceUrl, text: 'Summarise it' })).asker).toEqual({
      tenantId,
      objectId: priya.objectId,
      name: 'Priya Shah',
    });
  });

  test('without an Entra id is dropped outside development', () => {
    const activity = { ...personalMessage({ serviceUrl, text: 'Is it on Friday?' }), from: { id: '29:x' } };
    expect(read(activity)).toEqual({ kind: 'dropped', reason: 'no-person' });
    expect(readActivity(TeamsActivity.parse(activity), true)).toMatchObject({ kind: 'ask', asker: { objectId: '29:x' } });
  });

  test('keeps a request and the text it is about apart', () => {
    const paper = 'The panel met on Monday and agreed the plan. '.repeat(20).trim();
    const turn = ask(personalMessage({ serviceUrl, text: `Summarise this:\n\n${paper}` }));
    expect(turn.instruction).toBe('Summarise this');
    expect(turn.pasted).toEqual([{ kind: 'text', text: paper, name: 'Pasted text' }]);
  });

  test('offers its files, and says which attachments it cannot read', () => {
    const attachments = [
      { contentType: 'text/html', content: '<p>What are the actions?</p>' },
      fileAttachment('Plan.docx', 'https://contoso-my.sharepoint.com/download?token=1'),
      { contentType: 'image/png', contentUrl: 'https://smba.trafficmanager.net/image' },
      { contentType: 'application/vnd.microsoft.card.hero', name: 'A card', content: {} },
    ];
    const turn = ask({ ...personalMessage({ serviceUrl, text: 'What are the actions?' }), attachments });
    expect(turn.files).toEqual([{ name: 'Plan.docx', downloadUrl: 'https://contoso-my.sharepoint.com/download?token=1' }]);
    expect(turn.notes).toEqual([
      'A picture was not read: I read text and documents.',
      'Not read: A card. I read files that are attached with the paper clip, and pasted text.',
    ]);
  });

  test('of eleven files reads ten and names the one it leaves', () => {
    const attachments = Array.from({ length: 11 }, (_, index) => fileAttachment(`File ${index + 1}.docx`, `https://a.example/${index}`));
    const turn = ask({ ...personalMessage({ serviceUrl, text: 'Summarise' }), attachments });
    expect(turn.files).toHaveLength(10);
    expect(turn.notes).toEqual(['Not read: File 11.docx. I read 10 files at a time; send the rest in another message.']);
  });

  test.each(['cancel', 'Stop', 'please cancel', 'Stop it.', 'cancel that!'])('"%s" cancels', (text) => {
    expect(read(personalMessage({ serviceUrl, text })).kind).toBe('cancel');
  });

  test.each(['Stop the clock on this complaint and draft a reply', 'cancel my attendance politely'])(
    '"%s" is a request, not a cancel',
    (text) => {
      expect(read(personalMessage({ serviceUrl, text })).kind).toBe('ask');
    },
  );

  test('"cancel" with a file attached is a request about the file', () => {
    const activity = {
      ...personalMessage({ serviceUrl, text: 'cancel' }),
      attachments: [fileAttachment('Plan.docx', 'https://a.example/x')],
    };
    expect(read(activity).kind).toBe('ask');
  });

  test('"help" shows what Humphrey does', () => {
    expect(read(personalMessage({ serviceUrl, text: 'Help' })).kind).toBe('help');
  });

  test('with nothing in it is dropped', () => {
    expect(read(personalMessage({ serviceUrl, text: '  ' }))).toEqual({ kind: 'dropped', reason: 'nothing-said' });
  });
});

describe('a message in a channel', () => {
  test('that does not mention Humphrey by id is dropped, even where it names Humphrey', () => {
    const unmentioned = channelMessage({ serviceUrl, text: 'Humphrey <at>Humphrey</at> summarise', mention: false });
    expect(read(unmentioned)).toEqual({ kind: 'dropped', reason: 'not-mentioned' });
    const another = {
      ...unmentioned,
      entities: [{ type: 'mention', text: '<at>Humphrey</at>', mentioned: { id: '29:a-person', name: 'Humphrey' } }],
    };
    expect(read(another)).toEqual({ kind: 'dropped', reason: 'not-mentioned' });
  });

  test('loses our mention and keeps the name of a person who is called the same', () => {
    const activity = {
      ...channelMessage({ serviceUrl }),
      text: '<at>Humphrey</at>&nbsp;draft a reply to <at>Humphrey</at> please',
      entities: [
        { type: 'mention', text: '<at>Humphrey</at>', mentioned: { id: botId, name: 'Humphrey' } },
        { type: 'mention', text: '<at>Humphrey</at>', mentioned: { id: '29:h', name: 'Humphrey $& Jones' } },
      ],
    };
    expect(ask(activity).instruction).toBe('draft a reply to Humphrey $& Jones please');
  });

  test('names its thread by team, channel and root message', () => {
    expect(ask(channelMessage({ serviceUrl, text: 'summarise this thread' })).thread).toEqual({
      teamId: '19:team@thread.tacv2',
      channelId: '19:channel@thread.tacv2',
      rootMessageId: '1700000000001',
    });
  });

  test('takes the team’s group where the activity names it', () => {
    const activity = {
      ...channelMessage({ serviceUrl, text: 'summarise' }),
      channelData: { tenant: { id: tenantId }, team: { id: 't', aadGroupId: 'g' }, channel: { id: 'c' } },
    };
    expect(ask(activity).thread).toEqual({ teamId: 't', groupId: 'g', channelId: 'c', rootMessageId: '1700000000001' });
  });

  test('that is only a mention is an ask about the thread', () => {
    expect(ask(channelMessage({ serviceUrl })).instruction).toBe('');
  });
});

describe('other activities', () => {
  test('our own echo is dropped', () => {
    expect(read({ ...personalMessage({ serviceUrl, text: 'Hi' }), from: { id: botId } })).toEqual({ kind: 'dropped', reason: 'own-echo' });
  });

  test('an installation in a personal chat is a welcome', () => {
    expect(read({ ...personalMessage({ serviceUrl }), type: 'installationUpdate', action: 'add' })).toEqual({
      kind: 'welcome',
      scope: 'personal',
    });
    expect(read({ ...personalMessage({ serviceUrl }), type: 'installationUpdate', action: 'remove' }).kind).toBe('dropped');
    expect(read({ ...personalMessage({ serviceUrl }), type: 'conversationUpdate', membersAdded: [{ id: '29:other' }] }).kind).toBe(
      'dropped',
    );
    expect(read({ ...personalMessage({ serviceUrl }), type: 'conversationUpdate', membersAdded: [{ id: botId }] }).kind).toBe('welcome');
  });

  test.each(['messageReaction', 'messageUpdate', 'typing', 'event'])('%s is dropped', (type) => {
    expect(read({ ...personalMessage({ serviceUrl, text: 'x' }), type })).toEqual({ kind: 'dropped', reason: 'other-type' });
  });

  test('a button of the choice card is a choice; any other data is not', () => {
    const value = { humphrey: 'choose-task', pending: 'p-1', task: 'summarise' };
    expect(read({ ...channelMessage({ serviceUrl, mention: false }), value })).toMatchObject({
      kind: 'choice',
      pending: 'p-1',
      task: 'summarise',
    });
    expect(read({ ...personalMessage({ serviceUrl }), value: { ...value, task: 'send-all-mail' } }).kind).toBe('dropped');
  });

  test('the gate sees the words and the names of what is attached', () => {
    const activity = {
      ...personalMessage({ serviceUrl, text: 'Summarise' }),
      attachments: [fileAttachment('SECRET plan.docx', 'https://a.example/x')],
    };
    expect(envelopeTexts(TeamsActivity.parse(activity))).toEqual(['Summarise', 'SECRET plan.docx']);
  });
});
