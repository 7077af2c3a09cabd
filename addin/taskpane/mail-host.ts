/** The mail that is open beside the pane, as far as Outlook tells it at once. */
export interface OpenMail {
  /** Outlook's own key of the message; tells one message from another. */
  key: string;
  subject: string;
  from: Person;
  to: Person[];
  cc: Person[];
  /** ISO 8601; undefined where Outlook gives no date. */
  sent?: string;
  attachments: MailAttachment[];
}

export interface Person {
  name?: string;
  address: string;
}

export interface MailAttachment {
  id: string;
  name: string;
  contentType?: string;
  /** Bytes. */
  size: number;
  /** False for links to files in the cloud and attached calendar items, which Outlook does not hand over as bytes. */
  readable: boolean;
}

export type ReplyOutcome = 'opened' | 'too-long' | 'not-possible';

/** What the pane needs of the program around it. Each method that waits rejects with a MailHostError. */
export interface MailHost {
  /** Undefined when no received message is open. */
  readItem: () => OpenMail | undefined;
  /** The body as HTML and, where the client can give them, the raw internet headers, which carry sensitivity labels. */
  readContent: () => Promise<{ html: string; headers?: string }>;
  /** One attachment as base64. Ask for one at a time: Outlook mixes up answers of several. */
  readAttachment: (id: string) => Promise<string>;
  /** Opens a reply to all with this HTML in it. Never sends. */
  openReply: (html: string) => Promise<ReplyOutcome>;
  onItemChanged: (listener: () => void) => void;
  /** Tells the theme now and at each change; undefined where the client does not say, and the browser's own setting decides. */
  watchTheme: (listener: (theme: 'light' | 'dark' | undefined) => void) => void;
}

/** A wait on Outlook that failed or took too long; the message is a sentence for the person. */
export class MailHostError extends Error {
  override name = 'MailHostError';
}
