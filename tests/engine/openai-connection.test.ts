import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { openConnection, type EngineConnection, type TokenCredential } from '../../shared/engine/openai-connection.ts';
import { createGuardedFetch } from '../../shared/engine/openai-fetch.ts';
import { createOpenAIEngine } from '../../shared/engine/openai.ts';
import { answerWith, failWith, startModelStub, type ModelStub } from '../fakes/model-stub.ts';
import { failureOf, recordingLog, setUpEngine, summariseCall, summary, unending, type EngineSetUp } from './set-up-engine.ts';

let stub: ModelStub;
let setUp: EngineSetUp;
beforeEach(async () => {
  stub = await startModelStub();
  setUp = await setUpEngine();
});
afterEach(async () => {
  await stub.close();
  await setUp.close();
});

/** Runs one call through a connection, and gives what the stub saw. */
async function callThrough(connection: EngineConnection, model = 'gpt-4o'): Promise<ModelStub['requests'][number]> {
  await setUp.close();
  setUp = await setUpEngine({ connection, model });
  stub.answer(answerWith(summary));
  await setUp.engine.run(summariseCall(), unending);
  const [request] = stub.requests;
  if (!request) throw new Error('Nothing was asked.');
  return request;
}

function credential(getToken: TokenCredential['getToken']): TokenCredential {
  return { getToken };
}

const inAnHour = (): number => Date.now() + 3_600_000;

describe('the connection', () => {
  test('to OpenAI itself goes to its own address, whatever the environment says', () => {
    process.env['OPENAI_BASE_URL'] = 'http://elsewhere.example/v1';
    try {
      expect(openConnection({ kind: 'openai', apiKey: 'key' }).client.baseURL).toBe('https://api.openai.com/v1');
    } finally {
      delete process.env['OPENAI_BASE_URL'];
    }
  });

  test('to a compatible server sends its key', async () => {
    const request = await callThrough({ kind: 'compatible', baseURL: `${stub.origin}/v1/`, apiKey: 'key-1' });
    expect(request).toMatchObject({ method: 'POST', path: '/v1/chat/completions', headers: { authorization: 'Bearer key-1' } });
  });

  test('to a compatible server without a key sends none', async () => {
    const request = await callThrough({ kind: 'compatible', baseURL: `${stub.origin}/v1` });
    expect(request.headers).not.toHaveProperty('authorization');
  });

  test.each(['', '/', '/openai', '/openai/v1/'])('to Azure with a key uses the v1 path, with %j after the host', async (path) => {
    const request = await callThrough({ kind: 'azure', endpoint: `${stub.origin}${path}`, apiKey: 'key-2' }, 'our-deployment');
    expect(request).toMatchObject({
      path: '/openai/v1/chat/completions',
      headers: { 'api-key': 'key-2' },
      body: { model: 'our-deployment' },
    });
    expect(request.headers).not.toHaveProperty('authorization');
  });

  test('to Azure with an identity sends its token, asked for once for the right scope', async () => {
    const scopes: unknown[] = [];
    const own = credential((asked) => {
      scopes.push(asked);
      return Promise.resolve({ token: 'token-1', expiresOnTimestamp: inAnHour() });
    });
    const request = await callThrough({ kind: 'azure-identity', endpoint: stub.origin, credential: own });
    expect(request).toMatchObject({ path: '/openai/v1/chat/completions', headers: { authorization: 'Bearer token-1' } });
    stub.answer(answerWith(summary));
    await setUp.engine.run(summariseCall(), unending);
    expect(scopes.flat()).toEqual(['https://ai.azure.com/.default']);
  });
});

describe('an identity', () => {
  test('that gets no token is told to the person, without the names it lists', async () => {
    await setUp.close();
    const own = credential(() => Promise.reject(new Error('tenant secret words')));
    setUp = await setUpEngine({ connection: { kind: 'azure-identity', endpoint: stub.origin, credential: own } });
    const error = await failureOf(setUp.engine.run(summariseCall(), unending));
    expect(error.code).toBe('model-unavailable');
    expect(error.details).toEqual({ reason: 'identity-refused' });
    expect(`${error.message} ${String(error.cause)}`).not.toMatch(/secret words/);
    expect(stub.requests).toHaveLength(0);
  });

  test('that never gets its token can be cancelled', async () => {
    await setUp.close();
    const asked = Promise.withResolvers<undefined>();
    const own = credential(() => {
      asked.resolve(undefined);
      return new Promise(() => undefined);
    });
    setUp = await setUpEngine({ connection: { kind: 'azure-identity', endpoint: stub.origin, credential: own } });
    const controller = new AbortController();
    const running = failureOf(setUp.engine.run(summariseCall(), controller.signal));
    await asked.promise;
    controller.abort();
    expect((await running).code).toBe('cancelled');
  });

  test('without the role for the model is told apart from a wrong key', async () => {
    await setUp.close();
    const own = credential(() => Promise.resolve({ token: 'token-1', expiresOnTimestamp: inAnHour() }));
    setUp = await setUpEngine({ connection: { kind: 'azure-identity', endpoint: stub.origin, credential: own } });
    stub.answer(failWith(403, { code: 'PermissionDenied' }));
    const error = await failureOf(setUp.engine.run(summariseCall(), unending));
    expect(error.details).toMatchObject({ reason: 'identity-refused', code: 'PermissionDenied' });
    expect(error.message).toMatch(/role/);
  });
});

describe('an address', () => {
  test.each(['', 'localhost:8080', 'ftp://model.example', 'not an address', 'https://name:word@model.example/v1'])(
    '%j is refused when the engine is made',
    (baseURL) => {
      expect(() => openConnection({ kind: 'compatible', baseURL })).toThrow(
        expect.objectContaining({ details: { reason: 'bad-address' } }),
      );
    },
  );

  test.each(['key with space', 'key\n', 'ключ'])('of a good server with the key %j is refused without printing the key', (apiKey) => {
    const opening = (): unknown => openConnection({ kind: 'azure', endpoint: stub.origin, apiKey });
    expect(opening).toThrow(expect.objectContaining({ details: { reason: 'bad-key' }, message: expect.not.stringContaining(apiKey) }));
  });

  test('that redirects is not followed: the sources stay with the host they were meant for', async () => {
    const other = await startModelStub();
    try {
      setUp.stub.answer(failWith(307, {}, { location: `${other.baseURL}/chat/completions` }));
      const error = await failureOf(setUp.engine.run(summariseCall(), unending));
      expect(error.code).toBe('model-unavailable');
      expect(error.details).toMatchObject({ reason: 'redirected', status: 307 });
      expect(other.requests).toHaveLength(0);
      expect(setUp.stub.requests).toHaveLength(1);
    } finally {
      await other.close();
    }
  });

  test('other than its own is never asked, whatever the SDK is told', async () => {
    const guarded = createGuardedFetch(stub.origin);
    await expect(guarded(`${setUp.stub.origin}/v1/models`)).rejects.toThrow('no other host');
    expect(setUp.stub.requests).toHaveLength(0);
  });

  test('where nobody listens is asked four times, then named unreachable', async () => {
    await setUp.close();
    const gone = await startModelStub();
    await gone.close();
    setUp = await setUpEngine({ connection: { kind: 'compatible', baseURL: gone.baseURL } });
    const error = await failureOf(setUp.engine.run(summariseCall(), unending));
    expect(error.code).toBe('model-unavailable');
    expect(error.details).toEqual({ reason: 'unreachable', network: 'ECONNREFUSED' });
    expect(setUp.time.waits).toEqual([250, 500, 1_000]);
  });

  test('that speaks no TLS is unreachable by https', async () => {
    await setUp.close();
    setUp = await setUpEngine({ connection: { kind: 'compatible', baseURL: stub.baseURL.replace('http:', 'https:') } });
    expect((await failureOf(setUp.engine.run(summariseCall(), unending))).details).toMatchObject({ reason: 'unreachable' });
  });

  test.each([
    ['http://model.example/v1', 1],
    ['https://model.example/v1', 0],
    ['http://127.0.0.1:8080/v1', 0],
    ['http://[::1]:8080/v1', 0],
    ['http://127.0.0.1.example/v1', 1],
  ])('%s: sources that would go unencrypted are warned of', (baseURL, warnings) => {
    const lines: Parameters<typeof recordingLog>[0] = [];
    const clock = { now: () => new Date(0) };
    createOpenAIEngine({ connection: { kind: 'compatible', baseURL }, model: 'gpt-4o', clock, log: recordingLog(lines) });
    expect(lines.filter((line) => line.level === 'warn')).toHaveLength(warnings);
  });
});

describe('the SDK', () => {
  const names = ['OPENAI_LOG', 'OPENAI_ORG_ID', 'OPENAI_PROJECT_ID', 'OPENAI_ADMIN_KEY', 'OPENAI_API_KEY'];
  const methods = ['debug', 'info', 'log', 'warn', 'error'] as const;
  afterEach(() => {
    for (const name of names) Reflect.deleteProperty(process.env, name);
    jest.restoreAllMocks();
  });

  test('prints nothing and sends nothing that the environment holds for it', async () => {
    for (const name of names) process.env[name] = name === 'OPENAI_LOG' ? 'debug' : 'from-the-environment';
    const printed = methods.map((method) => jest.spyOn(console, method).mockImplementation(() => undefined));
    const request = await callThrough({ kind: 'compatible', baseURL: stub.baseURL });
    stub.answer(failWith(400, { code: 'content_filter' }));
    await failureOf(setUp.engine.run(summariseCall(), unending));
    expect(printed.flatMap((spy) => spy.mock.calls)).toEqual([]);
    expect(JSON.stringify(request.headers)).not.toContain('from-the-environment');
  });
});
