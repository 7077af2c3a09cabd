import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { fileAttachment, personalMessage } from '../teams/activities.ts';
import { startHarness, type SurfaceHarness } from '../teams/surface-harness.ts';

let harness: SurfaceHarness;
let files: Server;
let filesUrl: string;

beforeAll(async () => {
  files = createServer((request, response) => {
    if (request.url === '/gone') response.writeHead(404).end();
    else response.end(`bytes of ${request.url ?? ''}`);
  });
  await new Promise<void>((resolve) => files.listen(0, '127.0.0.1', resolve));
  filesUrl = `http://127.0.0.1:${(files.address() as AddressInfo).port}`;
});
afterEach(() => harness.close());
afterAll(
  () =>
    new Promise((resolve) => {
      files.close(resolve);
      files.closeAllConnections();
    }),
);

async function attach(text: string, attachments: unknown[]): Promise<void> {
  await harness.post({ ...personalMessage({ serviceUrl: harness.connector.url, text }), attachments });
  await harness.surface.idle();
}

function bytes(name: string): string {
  return Buffer.from(`bytes of ${name}`).toString('base64');
}

describe('a file attached in a personal chat', () => {
  test('is fetched and goes to the core with the words beside it', async () => {
    harness = await startHarness();
    await attach('What are the actions?', [fileAttachment('Plan + annex.docx', `${filesUrl}/plan`)]);
    expect(harness.asked[0]?.request).toEqual({
      instruction: 'What are the actions?',
      sources: [{ kind: 'document', name: 'Plan + annex.docx', base64: bytes('/plan') }],
    });
    expect(harness.connector.messages()[0]?.body.text).toBe('Reading your document…');
  });

  test('without a word is still something to work on', async () => {
    harness = await startHarness();
    await attach('', [fileAttachment('Plan.docx', `${filesUrl}/plan`)]);
    expect(harness.asked[0]?.request).toEqual({ sources: [{ kind: 'document', name: 'Plan.docx', base64: bytes('/plan') }] });
  });

  test('that cannot be fetched beside one that can is named on the answer', async () => {
    harness = await startHarness();
    await attach('Compare', [fileAttachment('Gone.docx', `${filesUrl}/gone`), fileAttachment('Plan.docx', `${filesUrl}/plan`)]);
    expect(harness.asked[0]?.request.sources).toHaveLength(1);
    expect(harness.connector.messages()[0]?.body.text).toBe('Reading your 2 documents…');
    expect(JSON.stringify(harness.connector.messages().at(-1)?.body.attachments)).toContain('The link to Gone.docx has run out.');
  });

  test('that is the only one and cannot be fetched is answered with the reason', async () => {
    harness = await startHarness();
    await attach('Summarise', [fileAttachment('Gone.docx', `${filesUrl}/gone`)]);
    expect(harness.asked).toEqual([]);
    expect(harness.connector.messages().at(-1)).toMatchObject({
      method: 'PUT',
      body: { text: 'The link to Gone.docx has run out. Attach the file again.' },
    });
  });

  test('is what the next question is about', async () => {
    harness = await startHarness();
    await attach('Summarise', [fileAttachment('Plan.docx', `${filesUrl}/plan`)]);
    await attach('Who signs it off?', []);
    expect(harness.asked[1]?.request).toEqual({
      instruction: 'Who signs it off?',
      sources: [{ kind: 'document', name: 'Plan.docx', base64: bytes('/plan') }],
    });
  });

  test('a picture alone is answered with what can be read', async () => {
    harness = await startHarness();
    await attach('', [{ contentType: 'image/png', contentUrl: 'https://smba.trafficmanager.net/x' }]);
    expect(harness.connector.messages().at(-1)?.body.text).toBe('A picture was not read: I read text and documents.');
  });
});
