import { describe, expect, test } from '@jest/globals';
import { buildRequest, type ReadingStep } from '../../addin/taskpane/build-request.ts';
import { MAX_WORDS_CHARACTERS } from '../../addin/taskpane/task-form.tsx';
import { MAX_INSTRUCTION_CHARACTERS, TaskRequest } from '../../shared/contract/task-request.ts';
import { createFakeMailHost, openMail } from './fake-mail-host.ts';

const order = { task: 'summarise' as const, includeAttachments: true };
const ignore = (): void => undefined;

describe('the request made of an open mail', () => {
  test('is valid by the contract and leaves out people without an address', async () => {
    const request = await buildRequest(
      { ...order, instruction: 'Short', options: { length: 'short' } },
      openMail,
      createFakeMailHost(),
      ignore,
    );
    expect(TaskRequest.parse(request)).toEqual(request);
    expect(request).toMatchObject({ task: 'summarise', instruction: 'Short', options: { length: 'short' }, itemKey: 'mail-1' });
    expect(request.sources[0]).toMatchObject({
      html: '<p>Text</p>',
      headers: 'Subject: Figures',
      cc: [],
      sent: '2026-11-20T09:30:00.000Z',
    });
  });

  test('reads attachments one at a time; one that fails, is in the cloud or is too large goes by name alone', async () => {
    const host = createFakeMailHost();
    const steps: ReadingStep[] = [];
    const request = await buildRequest(order, openMail, host, (step) => steps.push(step));
    expect(host.mostAtOnce).toBe(1);
    expect(host.read).toEqual(['good', 'bad']);
    expect(request.sources[0]).toHaveProperty('attachments', [
      { name: 'good.txt', contentType: 'text/plain', base64: btoa('good') },
      { name: 'bad.txt' },
      { name: 'cloud.docx' },
      { name: 'huge.pdf' },
    ]);
    expect(steps).toEqual([1, 2, 3, 4].map((done) => ({ done, total: 4 })));
  });

  test('names attachments that the person leaves out, without reading them', async () => {
    const host = createFakeMailHost();
    const request = await buildRequest({ ...order, includeAttachments: false }, openMail, host, ignore);
    expect(host.read).toEqual([]);
    expect(request.sources[0]).toHaveProperty('attachments.0', { name: 'good.txt', contentType: 'text/plain' });
  });

  test('is not made when another message was opened while it was read: Outlook would have given that one’s text', async () => {
    const host = createFakeMailHost();
    const readContent = host.readContent;
    host.readContent = () => {
      host.open = { ...openMail, key: 'mail-2' };
      return readContent();
    };
    await expect(buildRequest(order, openMail, host, ignore)).rejects.toThrow('You opened another message');
  });

  test('the form lets as much be typed as the contract takes', () => {
    expect(MAX_WORDS_CHARACTERS).toBe(MAX_INSTRUCTION_CHARACTERS);
  });
});
