import { readFile } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import { bodyHtml, bodyText } from '../../addin/demo/sample-mail.ts';
import { sampleMails } from '../../addin/demo/sample-mails.ts';

describe('the demo mailbox', () => {
  test('everyone in it has an address that belongs to nobody', () => {
    const addresses = sampleMails.flatMap((mail) => [mail.from, ...mail.to, ...mail.cc]).map((person) => person.address);
    expect(addresses.filter((address) => !/@(?:[a-z-]+\.)?example\.(?:gov\.uk|org)$/.test(address))).toEqual([]);
  });

  test('is newest first, and each mail has its own id', () => {
    const times = sampleMails.map((mail) => Date.parse(mail.sent));
    expect(times).toEqual([...times].sort((one, other) => other - one));
    expect(new Set(sampleMails.map((mail) => mail.id)).size).toBe(sampleMails.length);
  });

  test('gives bodies as Outlook does: escaped, with earlier messages under a heading and hidden text hidden', () => {
    expect(bodyHtml(['5 < 6 & "so"', { list: ['one'] }, { signature: ['Sam', 'Policy'] }])).toBe(
      '<div class="WordSection1"><p class="MsoNormal">5 &lt; 6 &amp; &quot;so&quot;</p><ul><li class="MsoNormal">one</li></ul><p class="MsoNormal">Sam<br>Policy</p></div>',
    );
    expect(bodyHtml([{ hidden: 'preview' }])).toContain('display:none');
    const question = sampleMails.find((mail) => mail.subject.startsWith('RE: PQ'));
    expect(bodyHtml(question?.body ?? [])).toContain(
      '<b>From:</b> Sam Taylor &lt;sam.taylor@example.gov.uk&gt;<br><b>Sent:</b> 19 November 2026 16:12<br>',
    );
    expect(bodyText(question?.body ?? [])).toContain(
      'From: Parliamentary Team <parliamentary.team@example.gov.uk>\nSent: 18 November 2026 10:05',
    );
  });

  test('tells the true size of its Word document', async () => {
    const attachment = sampleMails.flatMap((mail) => mail.attachments).find((one) => 'address' in one);
    const file = await readFile(new URL('../../addin/demo/briefing-note.docx', import.meta.url));
    expect(attachment).toHaveProperty('size', file.byteLength);
  });
});
