import type { Attachment, DocumentSource, EmailSource, Source, TaskRequest } from '../contract/task-request.ts';
import { taskNames } from '../contract/task-request.ts';
import type { Notice } from '../contract/task-result.ts';
import { HumphreyError, asHumphreyError } from '../errors.ts';
import type { ReadSource } from '../passage.ts';
import type { Asker, FileBytes, Ports } from '../ports.ts';
import { fileTooLarge, MAX_FILE_BYTES } from '../sources/read-limits.ts';

export interface SourcesRead {
  sources: ReadSource[];
  notices: Notice[];
}

/** Reads every source of a request, in order. A failed attachment is a notice; a failed source of its own is an error. */
export async function readSources(request: TaskRequest, asker: Asker, ports: Ports, signal: AbortSignal): Promise<SourcesRead> {
  const read: SourcesRead = { sources: [], notices: [] };
  for (const source of request.sources) {
    const found = await readSource(source, read.notices, { asker, ports, signal });
    read.sources.push(...found);
  }
  return read;
}

interface Reading {
  asker: Asker;
  ports: Ports;
  signal: AbortSignal;
}

async function readSource(source: Source, notices: Notice[], reading: Reading): Promise<ReadSource[]> {
  const { reader } = reading.ports;
  if (source.kind === 'text') return [await reader.readDocument(textFile(source.text, source.name ?? 'Pasted text'), reading.signal)];
  if (source.kind === 'document') return [await reader.readDocument(await bytesOf(source, reading), reading.signal)];
  if (source.kind === 'thread') {
    const { title, messages } = source;
    return [
      await reader.readThread({ ...(title === undefined ? {} : { title }), messages: messages.map(withoutUndefined) }, reading.signal),
    ];
  }
  return readEmail(source, notices, reading);
}

async function readEmail(source: EmailSource, notices: Notice[], reading: Reading): Promise<ReadSource[]> {
  const attachments: { name: string; contentType?: string; bytes?: Uint8Array }[] = [];
  for (const attachment of source.attachments ?? []) {
    if (attachment.base64 === undefined && attachment.file === undefined) {
      // Surfaces name what they leave out, so that the marking gate sees the name.
      notices.push({ code: 'attachment-skipped', message: `${attachment.name} was left out.` });
      continue;
    }
    try {
      attachments.push(await bytesOf(attachment, reading));
    } catch (thrown) {
      const error = asHumphreyError(thrown);
      notices.push({ code: 'attachment-failed', message: `${attachment.name} was not read. ${error.message}` });
    }
  }
  const { html, text, sent } = source;
  return reading.ports.reader.readEmail(
    {
      subject: source.subject,
      from: withoutUndefined(source.from),
      to: (source.to ?? []).map(withoutUndefined),
      cc: (source.cc ?? []).map(withoutUndefined),
      ...withoutUndefined({ html, text, sent }),
      attachments,
    },
    reading.signal,
  );
}

async function bytesOf(document: DocumentSource | Attachment, reading: Reading): Promise<FileBytes> {
  if (document.file !== undefined) {
    const kept = await reading.ports.files.get(document.file, reading.asker);
    if (!kept) throw new HumphreyError('not-found', `The upload of ${document.name} has expired. Send it again.`);
    return { ...kept, name: document.name };
  }
  if (document.base64 === undefined)
    throw new HumphreyError('invalid-request', `${document.name} came without its content. Attach it again.`);
  const bytes = Buffer.from(document.base64, 'base64');
  if (bytes.byteLength > MAX_FILE_BYTES) throw fileTooLarge(document.name);
  return { name: document.name, bytes, ...(document.contentType === undefined ? {} : { contentType: document.contentType }) };
}

function textFile(text: string, name: string): FileBytes {
  return { name, contentType: 'text/plain', bytes: new TextEncoder().encode(text.replaceAll('\u0000', '')) };
}

/** What the person typed holds the material itself ("Summarise: …"): a long instruction without a source is its own source. */
const MIN_WORDS_OF_MATERIAL = 40;

/** The request with its material where tasks look for it; throws empty-source where there is none at all. */
export function withMaterial(request: TaskRequest, previousText: string | undefined): TaskRequest {
  if (request.sources.length > 0) return request;
  if (previousText !== undefined) return { ...request, sources: [{ kind: 'text', text: previousText, name: 'Your earlier result' }] };
  const words = (request.instruction ?? '')
    .trim()
    .split(/\s+/u)
    .filter((word) => word !== '').length;
  if (words >= MIN_WORDS_OF_MATERIAL)
    return { ...request, sources: [{ kind: 'text', text: request.instruction ?? '', name: 'Your message' }] };
  throw new HumphreyError(
    'empty-source',
    'There is nothing to work on yet. Paste the text below your request or attach a document (.docx, .pdf, .txt, .md, .html or .eml), and ask again.',
    {
      details: { tasks: taskNames },
    },
  );
}

function withoutUndefined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as { [K in keyof T]: Exclude<T[K], undefined> };
}
