import { decodeJwt } from 'jose';

const BOT_FRAMEWORK_ISSUER = 'https://api.botframework.com';

/**
 * Whether a bearer token says that the Bot Framework issued it. Only a first sieve: the SDK then checks signature, audience,
 * times, endorsements and serviceUrl. Without it botbuilder takes its emulator path for any Entra user token of this app id,
 * from any tenant, with a forged sender and serviceUrl.
 */
export function isBotFrameworkToken(authorization: string): boolean {
  const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/u.exec(authorization)?.[1];
  if (token === undefined) return false;
  try {
    return decodeJwt(token).iss === BOT_FRAMEWORK_ISSUER;
  } catch (error) {
    if (error instanceof Error) return false;
    throw error;
  }
}
