import type { IncomingHttpHeaders } from 'node:http';
import { HumphreyError } from '../../shared/errors.ts';
import type { Asker } from '../../shared/ports.ts';

/** Who asks, of one HTTP request. Throws unauthenticated or forbidden. */
export type Identify = (headers: IncomingHttpHeaders) => Asker;

/** The one person of offline mode. The sample mailbox is theirs too. */
const DEVELOPMENT_ASKER: Asker = {
  tenantId: 'development',
  objectId: 'development',
  name: 'Sam Taylor',
  address: 'sam.taylor@example.gov.uk',
};

/**
 * Offline mode's identity: whoever sits at this machine. A web page elsewhere must not pass for them, so the Host must be
 * this server's own loopback name (no DNS rebinding) and the Origin, where a browser sends one, this server's own.
 */
export function developmentIdentity(port: () => number): Identify {
  return (headers) => {
    const hosts = [`localhost:${port()}`, `127.0.0.1:${port()}`, `[::1]:${port()}`];
    const { host, origin } = headers;
    if (host === undefined || !hosts.includes(host.toLowerCase())) {
      throw new HumphreyError('forbidden', `This Humphrey answers only on this machine. Open http://localhost:${port()}.`);
    }
    if (origin !== undefined && !hosts.some((name) => origin.toLowerCase() === `http://${name}`)) {
      throw new HumphreyError('forbidden', `This Humphrey answers only its own pages. Open http://localhost:${port()}.`);
    }
    return DEVELOPMENT_ASKER;
  };
}

/** Outside offline mode: nobody passes until sign-in through Entra is configured. */
export const noIdentity: Identify = () => {
  throw new HumphreyError(
    'unauthenticated',
    'Signing in from Outlook is not set up on this server yet. Ask your Humphrey team; the bot in Teams works.',
  );
};
