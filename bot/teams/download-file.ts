import { lookup, type LookupAddress } from 'node:dns';
import { request as requestHttp, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { HumphreyError } from '../../shared/errors.ts';
import { allowedUrl, isPublicAddress, type AddressRule } from './allowed-address.ts';
import type { OfferedFile } from './turn.ts';

/** The largest file that the core takes from any surface. */
const MAX_FILE_BYTES = 50 * 1024 * 1024;
/** A file of that size over a slow link; a person waits no longer. */
const DOWNLOAD_MILLISECONDS = 30_000;

export interface DownloadLimits {
  bytes: number;
  milliseconds: number;
}

/**
 * Fetches a file from its pre-authorised address: exact hosts only, no token sent, no redirect followed, the address
 * checked again when the name is resolved, size and time bounded. Throws HumphreyError with a sentence for the person.
 */
export async function downloadFile(
  file: OfferedFile,
  rule: AddressRule,
  { signal, limits = { bytes: MAX_FILE_BYTES, milliseconds: DOWNLOAD_MILLISECONDS } }: { signal: AbortSignal; limits?: DownloadLimits },
): Promise<Buffer> {
  const url = allowedUrl(file.downloadUrl, rule);
  if (!url)
    throw new HumphreyError(
      'forbidden',
      `${file.name} is stored where I am not allowed to read. Paste its text, or ask your Humphrey team to allow that server.`,
    );
  const deadline = AbortSignal.timeout(limits.milliseconds);
  try {
    const response = await get(url, AbortSignal.any([signal, deadline]));
    checkAnswer(response, file, limits);
    return await readBytes(response, file, limits);
  } catch (thrown) {
    if (thrown instanceof HumphreyError) throw thrown;
    if (signal.aborted) throw new HumphreyError('cancelled', 'The task was cancelled.', { cause: thrown });
    if (deadline.aborted)
      throw new HumphreyError('unreadable', `${file.name} took too long to fetch. Send it again, or send a smaller file.`, {
        cause: thrown,
      });
    throw new HumphreyError('unreadable', `${file.name} could not be fetched. Send it again.`, { cause: thrown });
  }
}

/** node:http rather than fetch: it follows no redirect and lets the name be resolved by a function of ours. */
function get(url: URL, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const secure = url.protocol === 'https:';
    const options = { method: 'GET', headers: { accept: '*/*' }, agent: false, signal } as const;
    // An address instead of a name is never looked up, so it is checked here.
    const host = url.hostname.replace(/^\[|\]$/gu, '');
    if (secure && isIP(host) !== 0 && !isPublicAddress(host)) {
      reject(new Error('The file server has no public address.'));
      return;
    }
    const request = secure ? requestHttps(url, { ...options, lookup: publicLookup }) : requestHttp(url, options);
    request.once('response', resolve);
    request.once('error', reject);
    request.end();
  });
}

/** Resolves a name and refuses it when any of its addresses is inside a private network. */
const publicLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
    const [first] = addresses;
    if (error) callback(error, '', 0);
    else if (!first || addresses.some(({ address }) => !isPublicAddress(address)))
      callback(new Error('The file server has no public address.'), '', 0);
    else if (options.all) callback(null, addresses);
    else callback(null, first.address, first.family);
  });
};

function checkAnswer(response: IncomingMessage, file: OfferedFile, limits: DownloadLimits): void {
  const status = response.statusCode ?? 0;
  if (status !== 200) {
    response.destroy();
    if ([401, 403, 404, 410].includes(status))
      throw new HumphreyError('not-found', `The link to ${file.name} has run out. Attach the file again.`);
    throw new HumphreyError('unreadable', `${file.name} could not be fetched (its server answered ${status}). Send it again.`);
  }
  if (Number(response.headers['content-length'] ?? 0) > limits.bytes) {
    response.destroy();
    throw tooLarge(file);
  }
}

async function readBytes(response: IncomingMessage, file: OfferedFile, limits: DownloadLimits): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.byteLength;
    // Leaving the loop destroys the response, so nothing more is read.
    if (size > limits.bytes) throw tooLarge(file);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

function tooLarge(file: OfferedFile): HumphreyError {
  return new HumphreyError('too-large', `${file.name} is larger than 50 MB. Send the part you need, or save it without its pictures.`);
}
