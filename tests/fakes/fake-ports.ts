import type { Engine, Log, LogFields, Ports, SourceReader } from '../../shared/ports.ts';
import type { ReadSource } from '../../shared/passage.ts';
import { createMemoryFiles, createMemoryResults } from '../../shared/store/memory-store.ts';

export const asker = { tenantId: 't1', objectId: 'o1', name: 'Sam Taylor', address: 'sam.taylor@example.gov.uk' };
export const otherAsker = { tenantId: 't1', objectId: 'o2', name: 'Alex Green', address: 'alex.green@example.gov.uk' };

export interface KeptLog extends Log {
  lines: { level: string; fields: LogFields; message: string }[];
}

export function createKeptLog(): KeptLog {
  const lines: KeptLog['lines'] = [];
  const line =
    (level: string) =>
    (fields: LogFields, message: string): void => {
      lines.push({ level, fields, message });
    };
  return { lines, info: line('info'), warn: line('warn'), error: line('error') };
}

/** A reader of plain text only, in this process: paragraphs become passages. Mail bodies and threads as text. */
const plainReader: SourceReader = {
  readDocument: (file) => Promise.resolve(textSource(file.name, new TextDecoder().decode(file.bytes))),
  readEmail: (email) =>
    Promise.resolve([
      {
        ...textSource(email.subject, email.text ?? ''),
        kind: 'email',
        envelope: { subject: email.subject, to: [], ...(email.from.name === undefined ? {} : { from: email.from.name }) },
      },
    ]),
  readThread: (thread) =>
    Promise.resolve(textSource(thread.title ?? 'Thread', thread.messages.map((message) => message.text ?? '').join('\n\n'))),
};

function textSource(name: string, text: string): ReadSource {
  const passages = text
    .split(/\n{2,}/u)
    .map((paragraph, index) => ({ text: paragraph.trim(), locator: { paragraph: index + 1 }, role: 'own' as const }));
  return { kind: 'text', name, passages: passages.filter((passage) => passage.text !== ''), notices: [], hiddenText: [] };
}

export function createFakePorts(engine: Engine, reader: SourceReader = plainReader): Ports & { log: KeptLog } {
  const clock = { now: () => new Date('2026-11-23T09:00:00Z') };
  let ids = 0;
  const newId = (): string => `id-${(ids += 1)}`;
  return {
    engine,
    reader,
    results: createMemoryResults(clock),
    files: createMemoryFiles(clock, newId),
    clock,
    log: createKeptLog(),
    newId,
  };
}
