import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { AddressRule } from '../../bot/teams/allowed-address.ts';
import { downloadFile, type DownloadLimits } from '../../bot/teams/download-file.ts';
import { HumphreyError } from '../../shared/errors.ts';

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/file?token=abc`;
}

const development: AddressRule = { hosts: [], development: true };
const limits: DownloadLimits = { bytes: 1_000, milliseconds: 5_000 };

function download(downloadUrl: string, rule = development, given = limits, signal = new AbortController().signal): Promise<Buffer> {
  return downloadFile({ name: 'Plan.docx', downloadUrl }, rule, { signal, limits: given });
}

async function failure(downloading: Promise<unknown>): Promise<HumphreyError> {
  const thrown: unknown = await downloading.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(thrown instanceof HumphreyError)) throw new Error(`Expected a HumphreyError, got ${String(thrown)}`);
  return thrown;
}

describe('fetching an attached file', () => {
  test('gives its bytes, and sends no token', async () => {
    let authorization: string | undefined = 'never asked';
    const url = await serve((request, response) => {
      authorization = request.headers.authorization;
      response.end(Buffer.from([0, 1, 2, 255]));
    });
    expect([...(await download(url))]).toEqual([0, 1, 2, 255]);
    expect(authorization).toBeUndefined();
  });

  test('stops at the size limit while it streams', async () => {
    let closed: () => void = () => undefined;
    const dropped = new Promise<void>((resolve) => {
      closed = resolve;
    });
    const url = await serve((request, response) => {
      request.on('close', closed);
      response.on('error', () => undefined);
      const timer = setInterval(() => response.write(Buffer.alloc(400)), 1);
      response.on('close', () => {
        clearInterval(timer);
        closed();
      });
    });
    const error = await failure(download(url));
    expect(error.code).toBe('too-large');
    expect(error.message).toContain('Plan.docx is larger than 50 MB');
    await dropped;
  });

  test('refuses by the announced size, before a byte of it', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': 1_001 });
      response.flushHeaders();
    });
    expect((await failure(download(url))).code).toBe('too-large');
  });

  test('follows no redirect', async () => {
    let reached = false;
    const inside = await serve((_request, response) => {
      reached = true;
      response.end('inside');
    });
    const url = await serve((_request, response) => response.writeHead(302, { location: inside }).end());
    expect((await failure(download(url))).code).toBe('unreadable');
    expect(reached).toBe(false);
  });

  test.each([401, 403, 404, 410])('says that the link has run out after %d', async (status) => {
    const url = await serve((_request, response) => response.writeHead(status).end());
    expect((await failure(download(url))).message).toBe('The link to Plan.docx has run out. Attach the file again.');
  });

  test('says what to do after 500, a reset, and no answer in time', async () => {
    const broken = await serve((_request, response) => response.writeHead(500).end());
    expect((await failure(download(broken))).message).toContain('could not be fetched (its server answered 500)');
    const reset = await serve((request) => request.socket.destroy());
    expect((await failure(download(reset))).message).toContain('could not be fetched');
    const silent = await serve(() => undefined);
    expect((await failure(download(silent, development, { ...limits, milliseconds: 100 }))).message).toContain('took too long');
  });

  test('gives up a drip that would never end', async () => {
    const url = await serve((_request, response) => {
      const timer = setInterval(() => response.write('a'), 5);
      response.on('close', () => {
        clearInterval(timer);
      });
    });
    expect((await failure(download(url, development, { ...limits, milliseconds: 200 }))).message).toContain('took too long');
  });

  test('ends when the task is cancelled', async () => {
    const cancel = new AbortController();
    const url = await serve(() => {
      cancel.abort();
    });
    expect((await failure(download(url, development, limits, cancel.signal))).code).toBe('cancelled');
  });
});

describe('where a file may come from', () => {
  const production = { hosts: ['contoso-my.sharepoint.com', 'localhost', '127.0.0.1'], development: false };

  test.each(['https://evil.sharepoint.com/x', 'http://contoso-my.sharepoint.com/x', 'https://contoso-my.sharepoint.com.evil.example/x'])(
    'not %s',
    async (url) => {
      const error = await failure(download(url, production));
      expect(error.code).toBe('forbidden');
      expect(error.message).toContain('not allowed to read');
    },
  );

  test('outside development not from this machine over http', async () => {
    const url = await serve((_request, response) => response.end('inside'));
    expect((await failure(download(url, production))).code).toBe('forbidden');
  });

  test('not from an allowed name that resolves to this machine, nor from its address', async () => {
    for (const url of ['https://localhost/x', 'https://127.0.0.1/x']) {
      const error = await failure(download(url, production));
      expect(error.code).toBe('unreadable');
      expect((error.cause as Error).message).toBe('The file server has no public address.');
    }
  });
});
