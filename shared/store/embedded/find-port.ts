import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { hasCode } from '../has-code.ts';

/** The wanted port of 127.0.0.1 when it is free, else one that is. */
export async function findPort(wanted: number | undefined): Promise<number> {
  if (wanted !== undefined) {
    try {
      return await listenOnce(wanted);
    } catch (error) {
      if (!hasCode(error, 'EADDRINUSE', 'EACCES')) throw error;
    }
  }
  return listenOnce(0);
}

async function listenOnce(port: number): Promise<number> {
  const server = createServer();
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return address.port;
}
