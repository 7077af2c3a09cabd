import { MailHostError, type MailAttachment, type MailHost, type OpenMail, type Person, type ReplyOutcome } from './mail-host.ts';

/** Outlook answers a body in well under a second; on a bad connection in some. */
const CONTENT_TIMEOUT = 20_000;
/** Known to hang for ever on some clients (office-js issues 4868 and 5845), so one slow attachment must not hold the rest. */
const ATTACHMENT_TIMEOUT = 30_000;
/** Outlook refuses a longer reply (displayReplyAllFormAsync: 32 KB). */
const MAX_REPLY_BYTES = 32 * 1024;

/** The part of office.js that the pane touches: tests give a plain object. */
export type OfficeOfOutlook = Pick<typeof Office, 'context' | 'CoercionType' | 'EventType' | 'MailboxEnums' | 'AsyncResultStatus'>;
type ReadMessage = Office.Item & Office.MessageRead;

/** The MailHost that office.js gives. */
export function createOfficeMailHost(office: OfficeOfOutlook): MailHost {
  const mailbox = office.context.mailbox;

  function openMessage(): ReadMessage {
    const item = currentMessage(office);
    if (!item) throw new MailHostError('No message is open. Open an email and try again.');
    return item;
  }

  return {
    readItem: () => {
      const item = currentMessage(office);
      return item && describe(item);
    },
    readContent: async () => {
      const item = openMessage();
      const html = await ask<string>(
        CONTENT_TIMEOUT,
        'Outlook did not give the text of this message. Close the message, open it again and try once more.',
        (done) => {
          item.body.getAsync(office.CoercionType.Html, done);
        },
      );
      const headers = await readHeaders(item);
      return { html, ...(headers === undefined ? {} : { headers }) };
    },
    readAttachment: async (id) => {
      const item = openMessage();
      const content = await ask<Office.AttachmentContent>(ATTACHMENT_TIMEOUT, 'Outlook did not give this attachment.', (done) => {
        item.getAttachmentContentAsync(id, done);
      });
      // Encrypted attachments come with no content at all (office-js issue 4725); links come as addresses.
      if (!content.content || content.format.toLowerCase() === 'url') throw new MailHostError('Outlook did not give this attachment.');
      return content.format.toLowerCase() === 'base64' ? content.content : toBase64(content.content);
    },
    openReply: (html) => openReply(currentMessage(office), html),
    onItemChanged: (listener) => {
      mailbox.addHandlerAsync(office.EventType.ItemChanged, listener);
    },
    watchTheme: (listener) => {
      listener(themeOf(office));
      // Mailbox 1.14; absent from the types of clients before it.
      const themeChanged = (office.EventType as Partial<typeof office.EventType>).OfficeThemeChanged;
      if (themeChanged) {
        mailbox.addHandlerAsync(themeChanged, () => {
          listener(themeOf(office));
        });
      }
    },
  };
}

/** Undefined for no item, an appointment, and a message that is being written. */
function currentMessage(office: OfficeOfOutlook): ReadMessage | undefined {
  const item = office.context.mailbox.item as ReadMessage | undefined | null;
  const messageType: string = office.MailboxEnums.ItemType.Message;
  if (!item || item.itemType !== messageType || typeof item.subject !== 'string') return undefined;
  return item;
}

function describe(item: ReadMessage): OpenMail {
  const sent = item.dateTimeCreated as Date | undefined;
  return {
    key: item.internetMessageId || item.itemId,
    subject: item.subject,
    from: person(item.from),
    to: item.to.map(person),
    cc: item.cc.map(person),
    ...(sent ? { sent: sent.toISOString() } : {}),
    attachments: item.attachments.filter((attachment) => !attachment.isInline).map(describeAttachment),
  };
}

function person(details: Office.EmailAddressDetails | undefined): Person {
  return { address: details?.emailAddress ?? '', ...(details?.displayName ? { name: details.displayName } : {}) };
}

function describeAttachment(attachment: Office.AttachmentDetails): MailAttachment {
  const contentType = (attachment as { contentType?: string }).contentType;
  return {
    id: attachment.id,
    name: attachment.name,
    ...(contentType ? { contentType } : {}),
    size: attachment.size,
    readable: attachment.attachmentType.toLowerCase() !== 'cloud',
  };
}

/** Older clients cannot give headers; where one can and does not, the label is unknown and nothing must be sent. */
async function readHeaders(item: ReadMessage): Promise<string | undefined> {
  if (typeof item.getAllInternetHeadersAsync !== 'function') return undefined;
  return ask<string>(
    CONTENT_TIMEOUT,
    'Outlook did not say how this message is labelled, so Humphrey has not read it. Open the message again and try once more.',
    (done) => {
      item.getAllInternetHeadersAsync(done);
    },
  );
}

async function openReply(item: ReadMessage | undefined, html: string): Promise<ReplyOutcome> {
  // Outlook on phones has no reply form for add-ins.
  if (!item || typeof item.displayReplyAllFormAsync !== 'function') return 'not-possible';
  if (new Blob([html]).size > MAX_REPLY_BYTES) return 'too-long';
  await ask<unknown>(CONTENT_TIMEOUT, 'Outlook did not open a reply. Copy the draft and paste it into a reply instead.', (done) => {
    item.displayReplyAllFormAsync({ htmlBody: html }, done);
  });
  return 'opened';
}

/** A callback of office.js as a promise that always settles. */
function ask<Value>(timeout: number, sentence: string, start: (done: (result: Office.AsyncResult<Value>) => void) => void): Promise<Value> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new MailHostError(sentence));
    }, timeout);
    const fail = (cause: unknown) => {
      clearTimeout(timer);
      reject(new MailHostError(sentence, { cause }));
    };
    try {
      start((result) => {
        if (String(result.status) !== 'succeeded') {
          fail(result.error);
          return;
        }
        clearTimeout(timer);
        resolve(result.value);
      });
    } catch (thrown) {
      // office.js throws at once for a missing permission or a wrong argument.
      fail(thrown);
    }
  });
}

function toBase64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

/** Office tells colours, not a name: a dark page background is a dark theme. */
function themeOf(office: OfficeOfOutlook): 'light' | 'dark' | undefined {
  const colour = (office.context.officeTheme as Office.OfficeTheme | undefined)?.bodyBackgroundColor;
  const parts = /^#?([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(colour ?? '');
  if (!parts) return undefined;
  const [red = 0, green = 0, blue = 0] = parts.slice(1).map((part) => parseInt(part, 16));
  return 0.299 * red + 0.587 * green + 0.114 * blue < 128 ? 'dark' : 'light';
}
