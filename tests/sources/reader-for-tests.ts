import type { HumphreyError } from '../../shared/errors.ts';
import type { ReadSource } from '../../shared/passage.ts';
import type { ChildPool } from '../../shared/pool/child-pool.ts';
import type { EmailToRead, ThreadToRead } from '../../shared/ports.ts';
import { createSourceReader, startReaderPool } from '../../shared/sources/source-reader.ts';

const never = new AbortController().signal;

/** The real reader on its real child processes, in the few words the tests need. */
export interface ReaderForTests {
  pool: ChildPool;
  file: (name: string, content: string | Uint8Array, contentType?: string) => Promise<ReadSource>;
  /** The error that reading the file ends with; fails when it does not. */
  failure: (name: string, content: string | Uint8Array) => Promise<HumphreyError>;
  email: (email: Partial<EmailToRead>) => Promise<ReadSource[]>;
  thread: (thread: ThreadToRead) => Promise<ReadSource>;
}

export function startReaderForTests(): ReaderForTests {
  const pool = startReaderPool(1);
  const reader = createSourceReader(pool);
  const file: ReaderForTests['file'] = (name, content, contentType) =>
    reader.readDocument(
      {
        name,
        bytes: typeof content === 'string' ? new TextEncoder().encode(content) : content,
        ...(contentType === undefined ? {} : { contentType }),
      },
      never,
    );
  return {
    pool,
    file,
    failure: async (name, content) => {
      const source = await file(name, content).catch((thrown: unknown) => thrown as HumphreyError);
      if (source instanceof Error) return source;
      throw new Error(`${name} was read: ${source.passages.length} passages`);
    },
    email: (email) => reader.readEmail({ subject: 'Test', from: {}, to: [], cc: [], attachments: [], ...email }, never),
    thread: (thread) => reader.readThread(thread, never),
  };
}

/** The texts of a source's passages. */
export function textsOf(source: ReadSource | undefined): string[] {
  return (source?.passages ?? []).map((passage) => passage.text);
}
