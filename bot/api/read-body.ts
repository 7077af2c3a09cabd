import type { IncomingMessage } from 'node:http';
import type { z } from 'zod';
import { HumphreyError } from '../../shared/errors.ts';

/** The raw body, counted while it streams in: what is over `maxBytes` is refused without being held. Throws too-large. */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw overLimit(request, maxBytes);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.byteLength;
    if (size > maxBytes) throw overLimit(request, maxBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

/** The body as JSON by a schema. Throws unsupported-type, too-large or invalid-request with the fields at fault. */
export async function readJson(request: IncomingMessage, body: { schema: z.ZodType; maxBytes: number }): Promise<unknown> {
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') {
    request.resume();
    throw new HumphreyError('unsupported-type', 'Send the request as JSON, with the header Content-Type: application/json.');
  }
  const bytes = await readBody(request, body.maxBytes);
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new HumphreyError('invalid-request', 'The body is not valid JSON. Check for a missing quote, comma or bracket.', { cause });
  }
  const parsed = body.schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.slice(0, 10).map((issue) => ({ path: issue.path.join('.'), problem: issue.message }));
  const first = faults[0];
  throw new HumphreyError(
    'invalid-request',
    `The request does not fit the contract${first ? ` at "${first.path === '' ? 'the top level' : first.path}": ${first.problem}` : ''}. See /api/openapi.json.`,
    { details: { faults } },
  );
}

function overLimit(request: IncomingMessage, maxBytes: number): HumphreyError {
  // What still comes is read and thrown away, so that the client gets the answer rather than a reset.
  request.resume();
  const megabytes = Math.round(maxBytes / 1024 / 1024);
  return new HumphreyError(
    'too-large',
    `This is larger than ${megabytes} MB. Send large documents one by one through POST /api/files, or leave an attachment out.`,
  );
}
