import type { IncomingMessage } from 'node:http';
import type { z } from 'zod';
import { HumphreyError } from '../../shared/errors.ts';

/** What comes after a refusal is read and thrown away up to this, so that the client gets to read its answer; then the line is cut. */
const DRAINED_BYTES = 200 * 1024 * 1024;

/** The raw body, counted while it streams in: what is over `maxBytes` is refused without being held. Throws too-large. */
export function readBody(request: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const isTooLarge = (): boolean => size > maxBytes || Number(request.headers['content-length'] ?? 0) > maxBytes;
    // Not `for await`: leaving such a loop destroys the connection, and the client would never read why.
    request.on('data', (chunk: Buffer) => {
      size += chunk.byteLength;
      if (!isTooLarge()) {
        chunks.push(chunk);
        return;
      }
      chunks.length = 0;
      reject(overLimit(maxBytes));
      if (size > maxBytes + DRAINED_BYTES) request.destroy();
    });
    request.once('end', () => {
      resolve(Buffer.concat(chunks));
    });
    request.once('close', () => {
      if (!request.complete) reject(new HumphreyError('invalid-request', 'The request was cut off before its end. Send it again.'));
    });
    request.once('error', reject);
    if (isTooLarge()) reject(overLimit(maxBytes));
  });
}

/** Throws unsupported-type for what does not say that it is JSON: a form or a script of another page cannot say so unasked. */
export function requireJson(request: IncomingMessage): void {
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type === 'application/json') return;
  request.resume();
  throw new HumphreyError('unsupported-type', 'Send the request as JSON, with the header Content-Type: application/json.');
}

/** The body as JSON by a schema. Throws unsupported-type, too-large or invalid-request with the fields at fault. */
export async function readJson(request: IncomingMessage, body: { schema: z.ZodType; maxBytes: number }): Promise<unknown> {
  requireJson(request);
  const bytes = await readBody(request, body.maxBytes);
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new HumphreyError('invalid-request', 'The body is not valid JSON. Check for a missing quote, comma or bracket.', { cause });
  }
  const parsed = body.schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.slice(0, 10).map((issue) => ({ path: cut(issue.path.join('.')), problem: cut(issue.message) }));
  const first = faults[0];
  throw new HumphreyError(
    'invalid-request',
    `The request does not fit the contract${first ? ` at "${first.path === '' ? 'the top level' : first.path}": ${first.problem}` : ''}. See /api/openapi.json.`,
    { details: { faults } },
  );
}

/** Characters of a fault: its words may repeat what was sent, which may be a megabyte. */
const MAX_FAULT_CHARACTERS = 200;

function cut(text: string): string {
  return text.length <= MAX_FAULT_CHARACTERS ? text : `${text.slice(0, MAX_FAULT_CHARACTERS)}…`;
}

function overLimit(maxBytes: number): HumphreyError {
  const megabytes = Math.round(maxBytes / 1024 / 1024);
  return new HumphreyError(
    'too-large',
    `This is larger than ${megabytes} MB. Send large documents one by one through POST /api/files, or leave an attachment out.`,
  );
}
