import { MailHostError, type MailHost, type OpenMail } from '../../addin/taskpane/mail-host.ts';

export const openMail: OpenMail = {
  key: 'mail-1',
  subject: 'Figures',
  from: { name: 'Priya Shah', address: 'priya.shah@example.gov.uk' },
  to: [{ name: 'Sam Taylor', address: 'sam.taylor@example.gov.uk' }],
  cc: [{ name: 'A group without an address', address: '' }],
  sent: '2026-11-20T09:30:00.000Z',
  attachments: [
    { id: 'good', name: 'good.txt', contentType: 'text/plain', size: 4, readable: true },
    { id: 'bad', name: 'bad.txt', size: 4, readable: true },
    { id: 'cloud', name: 'cloud.docx', size: 4, readable: false },
    { id: 'huge', name: 'huge.pdf', size: 40_000_000, readable: true },
  ],
};

export interface FakeMailHost extends MailHost {
  open: OpenMail | undefined;
  /** Attachments being read at the same time, at most. */
  mostAtOnce: number;
  read: string[];
}

/** A mail program with one mail; the attachment "bad" fails, and all others can be read. */
export function createFakeMailHost(): FakeMailHost {
  let atOnce = 0;
  const host: FakeMailHost = {
    open: openMail,
    mostAtOnce: 0,
    read: [],
    readItem: () => host.open,
    readContent: () => Promise.resolve({ html: '<p>Text</p>', headers: 'Subject: Figures' }),
    readAttachment: async (id) => {
      atOnce += 1;
      host.mostAtOnce = Math.max(host.mostAtOnce, atOnce);
      host.read.push(id);
      await Promise.resolve();
      atOnce -= 1;
      if (id === 'bad') throw new MailHostError('Outlook did not give this attachment.');
      return btoa(id);
    },
    openReply: () => Promise.reject(new Error('nobody expected a reply')),
    onItemChanged: () => undefined,
    watchTheme: () => undefined,
  };
  return host;
}
