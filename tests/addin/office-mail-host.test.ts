import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { createOfficeMailHost, type OfficeOfOutlook } from '../../addin/taskpane/office-mail-host.ts';

type Done = (result: { status: string; value?: unknown; error?: unknown }) => void;

const item = {
  itemType: 'message',
  itemId: 'ews-1',
  internetMessageId: '<1@example.gov.uk>',
  subject: 'Figures',
  from: { displayName: 'Priya Shah', emailAddress: 'priya.shah@example.gov.uk' },
  to: [{ displayName: 'Sam Taylor', emailAddress: 'sam.taylor@example.gov.uk' }],
  cc: [],
  dateTimeCreated: new Date('2026-11-20T09:30:00Z'),
  attachments: [
    { id: 'a', name: 'a.txt', contentType: 'text/plain', size: 3, isInline: false, attachmentType: 'file' },
    { id: 'logo', name: 'logo.png', contentType: 'image/png', size: 3, isInline: true, attachmentType: 'file' },
    { id: 'c', name: 'c.docx', size: 3, isInline: false, attachmentType: 'cloud' },
  ],
  body: {
    getAsync: (type: string, done: Done): void => {
      done({ status: 'succeeded', value: `<p>${type}</p>` });
    },
  },
  getAllInternetHeadersAsync: (done: Done): void => {
    done({ status: 'succeeded', value: 'Subject: Figures' });
  },
  getAttachmentContentAsync: (id: string, done: Done): void => {
    done({ status: 'succeeded', value: { content: id === 'eml' ? 'From: é' : 'QUJD', format: id === 'eml' ? 'eml' : 'base64' } });
  },
  displayReplyAllFormAsync: (_form: { htmlBody: string }, done: Done): void => {
    done({ status: 'succeeded' });
  },
};

/** An Office with one open item, which a test may change. */
function office(open: Record<string, unknown> | undefined = item, theme?: { bodyBackgroundColor: string }): OfficeOfOutlook {
  const plain = {
    context: { mailbox: { item: open, addHandlerAsync: (): void => undefined }, officeTheme: theme },
    CoercionType: { Html: 'html' },
    EventType: { ItemChanged: 'olkItemSelectedChanged' },
    MailboxEnums: { ItemType: { Message: 'message' } },
    AsyncResultStatus: { Succeeded: 'succeeded' },
  };
  return plain as unknown as OfficeOfOutlook;
}

const silent = (): void => undefined;

describe('the mail host over office.js', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  test('describes the open message, without pictures that belong to its text', () => {
    expect(createOfficeMailHost(office()).readItem()).toEqual({
      key: '<1@example.gov.uk>',
      subject: 'Figures',
      from: { name: 'Priya Shah', address: 'priya.shah@example.gov.uk' },
      to: [{ name: 'Sam Taylor', address: 'sam.taylor@example.gov.uk' }],
      cc: [],
      sent: '2026-11-20T09:30:00.000Z',
      attachments: [
        { id: 'a', name: 'a.txt', contentType: 'text/plain', size: 3, readable: true },
        { id: 'c', name: 'c.docx', size: 3, readable: false },
      ],
    });
  });

  test.each([
    ['nothing is open', undefined],
    ['an appointment is open', { ...item, itemType: 'appointment' }],
    ['a message is being written', { ...item, subject: { getAsync: silent } }],
  ])('tells that there is no message when %s', async (_name, open) => {
    const plain = office(open);
    if (!open) Object.assign(plain.context.mailbox, { item: null });
    const host = createOfficeMailHost(plain);
    expect(host.readItem()).toBeUndefined();
    await expect(host.readContent()).rejects.toThrow('No message is open.');
    expect(await host.openReply('<p>x</p>')).toBe('not-possible');
  });

  test('reads the text as HTML and the headers, and does without headers where the client is too old for them', async () => {
    expect(await createOfficeMailHost(office()).readContent()).toEqual({ html: '<p>html</p>', headers: 'Subject: Figures' });
    expect(await createOfficeMailHost(office({ ...item, getAllInternetHeadersAsync: undefined })).readContent()).toEqual({
      html: '<p>html</p>',
    });
  });

  test('gives nothing when the label cannot be known', async () => {
    const host = createOfficeMailHost(
      office({
        ...item,
        getAllInternetHeadersAsync: (done: Done) => {
          done({ status: 'failed', error: { code: 9018 } });
        },
      }),
    );
    await expect(host.readContent()).rejects.toThrow('Outlook did not say how this message is labelled');
  });

  test('stops waiting for an attachment that never comes', async () => {
    const reading = createOfficeMailHost(office({ ...item, getAttachmentContentAsync: silent })).readAttachment('a');
    jest.advanceTimersByTime(30_000);
    await expect(reading).rejects.toThrow('Outlook did not give this attachment.');
  });

  test.each([
    ['an empty one, as encrypted ones come', { content: '', format: 'base64' }],
    ['an address, as cloud ones come', { content: 'https://example.gov.uk/x', format: 'url' }],
  ])('takes no attachment that is %s', async (_name, value) => {
    const host = createOfficeMailHost(
      office({
        ...item,
        getAttachmentContentAsync: (_id: string, done: Done) => {
          done({ status: 'succeeded', value });
        },
      }),
    );
    await expect(host.readAttachment('a')).rejects.toThrow('Outlook did not give this attachment.');
  });

  test('gives attachments as base64, attached mails too', async () => {
    const host = createOfficeMailHost(office());
    expect(await host.readAttachment('a')).toBe('QUJD');
    expect(Buffer.from(await host.readAttachment('eml'), 'base64').toString()).toBe('From: é');
  });

  test('opens a reply, or says why not', async () => {
    const opened: string[] = [];
    const withReply = {
      ...item,
      displayReplyAllFormAsync: (form: { htmlBody: string }, done: Done) => {
        opened.push(form.htmlBody);
        done({ status: 'succeeded' });
      },
    };
    const host = createOfficeMailHost(office(withReply));
    expect(await host.openReply('<p>Hello</p>')).toBe('opened');
    expect(await host.openReply(`<p>${'é'.repeat(16_500)}</p>`)).toBe('too-long');
    expect(opened).toEqual(['<p>Hello</p>']);
    expect(await createOfficeMailHost(office({ ...item, displayReplyAllFormAsync: undefined })).openReply('<p>x</p>')).toBe('not-possible');
  });

  test('an error that office.js throws at once becomes a sentence too', async () => {
    const host = createOfficeMailHost(
      office({
        ...item,
        displayReplyAllFormAsync: () => {
          throw new Error('Sys.ArgumentOutOfRangeException');
        },
      }),
    );
    await expect(host.openReply('<p>x</p>')).rejects.toThrow('Outlook did not open a reply.');
  });

  test.each([
    ['#1f1f1f', 'dark'],
    ['#FFFFFF', 'light'],
    ['salmon', undefined],
  ])('a theme with the background %s is %s', (bodyBackgroundColor, expected) => {
    const themes: unknown[] = [];
    createOfficeMailHost(office(item, { bodyBackgroundColor })).watchTheme((theme) => themes.push(theme));
    expect(themes).toEqual([expected]);
  });
});
