import { OpenAI } from 'openai';
import { HumphreyError } from '../errors.ts';
import { createGuardedFetch } from './openai-fetch.ts';

/** What gives tokens for an Entra identity: the one method of @azure/identity's credentials that we use. */
export interface TokenCredential {
  getToken: (scopes: string | string[]) => Promise<{ token: string; expiresOnTimestamp: number } | null>;
}

/** Where the model answers, and who we are there. On Azure the engine's `model` is the deployment's name. */
export type EngineConnection =
  /** `baseURL` only for one of OpenAI's regional addresses, such as https://eu.api.openai.com/v1. */
  | { kind: 'openai'; apiKey: string; baseURL?: string }
  /** Any server that speaks Chat Completions; `baseURL` ends where `/chat/completions` begins. */
  | { kind: 'compatible'; baseURL: string; apiKey?: string }
  /** `endpoint` such as https://name.openai.azure.com. */
  | { kind: 'azure'; endpoint: string; apiKey: string }
  /** The identity that the process runs as (managed identity, workload identity, az login), or the credential given. */
  | { kind: 'azure-identity'; endpoint: string; credential?: TokenCredential };

/** Entra scope of Azure's v1 API for models. */
const AZURE_SCOPE = 'https://ai.azure.com/.default';
const OPENAI_BASE_URL = 'https://api.openai.com/v1';
/** The SDK refuses to start without a key; where none is used its header is taken away again. */
const NO_KEY = 'none';

type Headers = Record<string, string | null>;

/** A client of the SDK, and what makes the headers of one request. */
export interface OpenedConnection {
  client: OpenAI;
  /** What is sent can't be read on the way: it is encrypted, or does not leave this machine. */
  sealed: boolean;
  /** Throws HumphreyError model-unavailable when the identity gets no token. */
  authorise: () => Promise<Headers>;
}

/** Opens no socket: only makes the client. Throws a HumphreyError naming what is wrong with an address or a key. */
export function openConnection(connection: EngineConnection): OpenedConnection {
  const baseURL = baseURLOf(connection);
  if ('apiKey' in connection && connection.apiKey) checkKey(connection.apiKey);
  const client = new OpenAI({
    baseURL: baseURL.href.replace(/\/$/, ''),
    apiKey: NO_KEY,
    // The SDK fills each of these from the environment when it is left out; only bot/config.ts reads the environment.
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    // Ours instead: the SDK ignores a Retry-After above 60 s, and retries an account whose quota is used up.
    maxRetries: 0,
    // At debug it prints requests and answers, and at warn the chunk that it can't parse.
    logLevel: 'off',
    fetch: createGuardedFetch(baseURL.origin),
  });
  return { client, sealed: baseURL.protocol === 'https:' || isLoopback(baseURL.hostname), authorise: authorisationOf(connection) };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127(\.\d+){3}$/.test(host);
}

function baseURLOf(connection: EngineConnection): URL {
  switch (connection.kind) {
    case 'openai':
      return readAddress(connection.baseURL ?? OPENAI_BASE_URL);
    case 'compatible':
      return readAddress(connection.baseURL);
    default: {
      const endpoint = readAddress(connection.endpoint);
      // Both forms are handed out by Azure's portal: with and without the path.
      const path = endpoint.pathname.replace(/\/+$/, '').replace(/\/openai(\/v1)?$/, '');
      return new URL(`${path}/openai/v1/`, endpoint);
    }
  }
}

function readAddress(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password) {
    throw new HumphreyError(
      'model-unavailable',
      'The address of the model is not a web address. Set it in full, such as https://name.openai.azure.com, without a name or password in it.',
      { details: { reason: 'bad-address' } },
    );
  }
  return url;
}

/** A key with a line break or a dash from a word processor is refused by fetch, in an error that prints the key. */
function checkKey(key: string): void {
  if (/^[!-~]+$/.test(key)) return;
  throw new HumphreyError(
    'model-unavailable',
    'The key of the model has a space, a line break or another character that no key has. Copy it again.',
    {
      details: { reason: 'bad-key' },
    },
  );
}

function authorisationOf(connection: EngineConnection): () => Promise<Headers> {
  if (connection.kind === 'azure') return () => Promise.resolve({ Authorization: null, 'api-key': connection.apiKey });
  if (connection.kind === 'azure-identity') {
    const tokens = tokensOf(connection.credential);
    return async () => ({ Authorization: `Bearer ${await tokens()}` });
  }
  const { apiKey } = connection;
  return () => Promise.resolve({ Authorization: apiKey ? `Bearer ${apiKey}` : null });
}

/** Tokens are kept and renewed by @azure/identity, which is loaded only here: it takes a third of a second. */
function tokensOf(credential: TokenCredential | undefined): () => Promise<string> {
  let provider: (() => Promise<string>) | undefined;
  return async () => {
    try {
      if (!provider) {
        const { DefaultAzureCredential, getBearerTokenProvider } = await import('@azure/identity');
        provider = getBearerTokenProvider(credential ?? new DefaultAzureCredential(), AZURE_SCOPE);
      }
      return await provider();
    } catch (error) {
      throw new HumphreyError(
        'model-unavailable',
        'Humphrey could not sign in to Azure. Tell your Humphrey team: the identity that Humphrey runs as gave no token.',
        // The name alone: the message lists tenants and client ids.
        { cause: new Error(error instanceof Error ? error.name : 'no token'), details: { reason: 'identity-refused' } },
      );
    }
  };
}
