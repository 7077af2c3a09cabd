import { ClientSecretCredential } from '@azure/identity';
import { HumphreyError } from '../../shared/errors.ts';

const GRAPH_SCOPE = 'https://graph.microsoft.com/.default';

/** Application tokens for Microsoft Graph from the bot's own credentials; the library caches and renews them. */
export function createGraphToken(identity: {
  appId: string;
  appPassword: string;
  tenantId: string;
}): (signal: AbortSignal) => Promise<string> {
  const credential = new ClientSecretCredential(identity.tenantId, identity.appId, identity.appPassword);
  return async (signal) => {
    try {
      return (await credential.getToken(GRAPH_SCOPE, { abortSignal: signal })).token;
    } catch (cause) {
      throw new HumphreyError(
        'unreadable',
        'I could not sign in to Microsoft Graph, so I could not read this thread. Tell your Humphrey team to check the bot’s client secret.',
        {
          cause,
        },
      );
    }
  };
}
