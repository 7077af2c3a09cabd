import { z } from 'zod';
import { ErrorBody } from '../../shared/contract/task-event.ts';
import { HumphreyError } from '../../shared/errors.ts';
import type { Files } from '../../shared/ports.ts';
import { MAX_FILE_BYTES } from '../../shared/sources/read-limits.ts';
import type { Route } from './route.ts';

/** POST /api/files: raw bytes for a later request, kept for an hour for their owner. */
export function fileRoutes(files: Files): Route[] {
  return [
    {
      method: 'POST',
      path: '/api/files',
      summary: 'Upload raw bytes, up to 50 MB; ?name gives the file name. The id lives for an hour.',
      access: 'asker',
      body: { kind: 'bytes', maxBytes: MAX_FILE_BYTES },
      answers: { 201: { description: 'Kept', schema: z.object({ file: z.string() }) }, 400: { description: 'Error', schema: ErrorBody } },
      run: async (call) => {
        const bytes = call.body as Uint8Array;
        if (bytes.byteLength === 0) throw new HumphreyError('empty-source', 'The upload is empty. Choose the file again.');
        const contentType = call.headers['content-type'];
        const file = await files.put(
          { name: call.query.get('name') ?? 'document', bytes, ...(contentType === undefined ? {} : { contentType }) },
          call.asker,
        );
        return { status: 201, json: { file } };
      },
    },
  ];
}
