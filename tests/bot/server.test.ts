import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { startServer, type RunningServer } from '../../bot/server.ts';
import { createKeptLog } from '../fakes/fake-ports.ts';

let running: RunningServer | undefined;
afterEach(async () => {
  await running?.close();
  running = undefined;
});

test('other servers of the process may still chain writeHead and end, although restify is loaded', async () => {
  const other = createServer((_request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/plain' }).end('whole');
  });
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  try {
    const answer = await fetch(`http://127.0.0.1:${(other.address() as AddressInfo).port}/`);
    expect(await answer.text()).toBe('whole');
  } finally {
    other.closeAllConnections();
    await new Promise((resolve) => other.close(resolve));
  }
});

test('a fault that nobody expected in a route is 500 in the contract’s words, without its message, and is logged by name', async () => {
  const log = createKeptLog();
  running = await startServer(
    {
      routes: [
        {
          method: 'GET',
          path: '/api/broken',
          summary: 'Breaks.',
          access: 'anyone',
          answers: {},
          run: () => Promise.reject(new TypeError('secret words')),
        },
      ],
      identify: () => ({ tenantId: 't', objectId: 'o' }),
      handleActivity: () => Promise.reject(new TypeError('secret words')),
      findPage: () => Promise.resolve(undefined),
      allowedHosts: undefined,
      log,
    },
    { port: 0, host: '127.0.0.1' },
  );
  const origin = `http://127.0.0.1:${running.port}`;
  for (const answer of [
    await fetch(`${origin}/api/broken`),
    await fetch(`${origin}/api/messages`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{}' }),
  ]) {
    expect(answer.status).toBe(500);
    const body = await answer.text();
    expect(JSON.parse(body)).toMatchObject({ error: { code: 'internal-error' } });
    expect(body).not.toContain('secret');
  }
  expect(JSON.stringify(log.lines)).not.toContain('secret');
  expect(log.lines.map((line) => line.fields['cause'])).toEqual(['TypeError', 'TypeError']);
});
