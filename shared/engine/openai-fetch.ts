import { faultError } from './openai-faults.ts';

/**
 * Bytes of one answer on the wire. A token takes about 300 bytes of event stream, so 16,384 of them take 5 MB; a server
 * that sends more is broken or hostile, and one endless line would otherwise be gathered in memory whole.
 */
const MAX_WIRE_BYTES = 16_000_000;

/**
 * The only way from the engine to the network: to the one origin of the connection, no redirect followed (the request
 * carries the sources and the key), and no endless answer (the fault output-too-long). A redirect comes back as its own status.
 */
export function createGuardedFetch(origin: string): typeof fetch {
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    if (url.origin !== origin) throw new Error('The engine asks no other host than its own.');
    const response = await fetch(url, { ...init, redirect: 'manual' });
    if (!response.body) return response;
    const { status, statusText, headers } = response;
    return new Response(response.body.pipeThrough(limitBytes(MAX_WIRE_BYTES)), { status, statusText, headers });
  };
}

function limitBytes(limit: number): TransformStream<Uint8Array, Uint8Array> {
  let bytes = 0;
  return new TransformStream({
    transform(chunk, controller) {
      bytes += chunk.byteLength;
      if (bytes > limit) controller.error(faultError('output-too-long'));
      else controller.enqueue(chunk);
    },
  });
}
