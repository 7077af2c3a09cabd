import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWTPayload } from 'jose';
import { createTeamsSurface, type TeamsSettings } from '../../bot/teams/teams-surface.ts';
import { personalMessage, tenantId } from '../teams/activities.ts';
import { startHarness, type SurfaceHarness } from '../teams/surface-harness.ts';

const appId = '33333333-0000-0000-0000-000000000000';
const serviceUrl = 'https://smba.trafficmanager.net/uk/';

// The SDK prints each refused token's error, and the key, to the console.
const silenced = jest.spyOn(console, 'error').mockImplementation(() => undefined);
afterAll(() => {
  silenced.mockRestore();
});

let keys: Server;
let privateKey: CryptoKey;
let otherKey: CryptoKey;
let openIdMetadataUrl: string;
let harness: SurfaceHarness;

/** The Bot Framework's key server, with a key of ours. */
beforeAll(async () => {
  const pair = await generateKeyPair('RS256', { extractable: true });
  privateKey = pair.privateKey;
  otherKey = (await generateKeyPair('RS256')).privateKey;
  const jwk = { ...(await exportJWK(pair.publicKey)), kid: 'key-1', alg: 'RS256', use: 'sig', endorsements: ['msteams'] };
  keys = createServer((request, response) => {
    const { port } = keys.address() as AddressInfo;
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify(
        request.url === '/keys' ? { keys: [jwk] } : { issuer: 'https://api.botframework.com', jwks_uri: `http://127.0.0.1:${port}/keys` },
      ),
    );
  });
  await new Promise<void>((resolve) => keys.listen(0, '127.0.0.1', resolve));
  openIdMetadataUrl = `http://127.0.0.1:${(keys.address() as AddressInfo).port}/openid`;
});
afterEach(() => harness.close());
afterAll(
  () =>
    new Promise((resolve) => {
      keys.close(resolve);
      keys.closeAllConnections();
    }),
);

/** As in production, but for the keys. The connector is never reached: what is checked is who gets in. */
function settings(): Partial<TeamsSettings> {
  return {
    appId,
    appPassword: 'not-used',
    tenantId,
    development: false,
    allowedServiceUrls: ['smba.trafficmanager.net'],
    openIdMetadataUrl,
  };
}

function start(): Promise<SurfaceHarness> {
  return startHarness({ settings: settings() });
}

interface TokenParts {
  claims?: JWTPayload;
  issuer?: string;
  audience?: string;
  expires?: string;
  key?: CryptoKey;
}

function token(parts: TokenParts = {}): Promise<string> {
  return new SignJWT({ serviceurl: serviceUrl, ...parts.claims })
    .setProtectedHeader({ alg: 'RS256', kid: 'key-1' })
    .setIssuer(parts.issuer ?? 'https://api.botframework.com')
    .setAudience(parts.audience ?? appId)
    .setIssuedAt()
    .setExpirationTime(parts.expires ?? '1h')
    .sign(parts.key ?? privateKey);
}

/** An activity that is answered without a call: an unmentioned event is dropped after it was authenticated. */
function quiet(change: Record<string, unknown> = {}): Record<string, unknown> {
  return { ...personalMessage({ serviceUrl }), type: 'messageReaction', ...change };
}

async function statusFor(authorization: string | undefined, activity = quiet()): Promise<number> {
  return (await harness.post(activity, authorization === undefined ? {} : { authorization })).status;
}

describe('who may call /api/messages', () => {
  test('the Bot Framework, with a token for this bot', async () => {
    harness = await start();
    expect(await statusFor(`Bearer ${await token()}`)).toBe(200);
  });

  test.each<[string, TokenParts]>([
    ['another bot’s token', { audience: 'another-bot' }],
    ['a token that has run out', { expires: '-1h' }],
    ['a token for another serviceUrl', { claims: { serviceurl: 'https://attacker.example/' } }],
    [
      'a token signed by somebody else',
      {
        get key() {
          return otherKey;
        },
      },
    ],
    [
      'an Entra user’s token for this app, which the SDK would take by its emulator path',
      { issuer: `https://login.microsoftonline.com/${tenantId}/v2.0`, claims: { ver: '2.0', azp: appId, tid: tenantId } },
    ],
    ['an Entra v1 token', { issuer: `https://sts.windows.net/${tenantId}/`, claims: { ver: '1.0', appid: appId, tid: tenantId } }],
  ])('not %s', async (_name, parts) => {
    harness = await start();
    expect(await statusFor(`Bearer ${await token(parts)}`)).toBe(401);
  });

  test.each([undefined, '', 'Bearer', 'Bearer x.y', 'Bearer a.b.c', 'Basic abc'])('not with the header %j', async (authorization) => {
    harness = await start();
    const answered = await harness.post(quiet(), authorization === undefined ? {} : { authorization });
    expect(answered.status).toBe(401);
    expect(JSON.parse(answered.body)).toEqual({
      error: { code: 'unauthenticated', message: 'Send a token that the Bot Framework issued for this bot.' },
    });
  });

  test.each(['directline', 'AseChannel', 'emulator'])('no channel but Teams: not %s', async (channelId) => {
    harness = await start();
    expect(await statusFor(`Bearer ${await token()}`, quiet({ channelId }))).toBe(401);
  });

  test('nobody while the keys cannot be fetched: the channel is asked to send it again', async () => {
    harness = await startHarness({
      settings: { ...settings(), openIdMetadataUrl: `${openIdMetadataUrl}/../nothing-listens-here`.replace(/:\d+/u, ':1') },
    });
    expect(await statusFor(`Bearer ${await token()}`)).toBe(503);
  });

  test('no other tenant, however well its token holds', async () => {
    harness = await start();
    const foreign = {
      ...personalMessage({ serviceUrl, text: 'Summarise' }),
      conversation: { id: 'a:x', conversationType: 'personal', tenantId: 'another-tenant' },
    };
    expect(await statusFor(`Bearer ${await token()}`, foreign)).toBe(403);
    expect(harness.asked).toEqual([]);
  });

  test('no serviceUrl that is not listed, even where the token names it', async () => {
    harness = await start();
    const url = 'https://evil.trafficmanager.net/uk/';
    const activity = personalMessage({ serviceUrl: url, text: 'Summarise' });
    expect(await statusFor(`Bearer ${await token({ claims: { serviceurl: url } })}`, activity)).toBe(403);
    expect(harness.asked).toEqual([]);
  });

  test('an empty app id is refused outside development', async () => {
    harness = await start();
    const core = {} as Parameters<typeof createTeamsSurface>[1];
    expect(() => createTeamsSurface({ appId: '', development: false, allowedServiceUrls: [], allowedDownloadHosts: [] }, core)).toThrow(
      'MICROSOFT_APP_ID',
    );
  });
});
