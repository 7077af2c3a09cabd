import type { Source, TaskRequest, ThreadSource } from '../../shared/contract/task-request.ts';
import { asHumphreyError, HumphreyError } from '../../shared/errors.ts';
import type { LastAnswer, ThreadPlace, ThreadReader, ThreadToRead } from '../../shared/ports.ts';
import { chooseByRules } from '../../shared/tasks/choose-task.ts';
import type { AskTurn, OfferedFile } from './turn.ts';

/** Bytes of all files of one message: two of the largest. They are held in memory while the task runs. */
const MAX_TOTAL_BYTES = 100 * 1024 * 1024;

export interface RequestParts {
  download: (file: OfferedFile, signal: AbortSignal) => Promise<Buffer>;
  threadReader: ThreadReader;
  /** Where the mentioned thread is, once the team's group is known. */
  threadPlace: ThreadPlace | undefined;
  /** The demo's sample thread, where there is one. */
  sample: ThreadToRead | undefined;
  last: LastAnswer | undefined;
  signal: AbortSignal;
}

export interface MadeRequest {
  request: TaskRequest;
  /** What could not be read, a sentence each, to stand beside the answer. */
  notes: string[];
}

/**
 * The core's request for a person's message. Material, in order: what was pasted, the attached files, the thread. Where the
 * message brings none, it is a follow-up: a change ("shorter") works on the last result, anything else on the last sources.
 * Throws HumphreyError when nothing of what was given could be read.
 */
export async function makeRequest(turn: AskTurn, parts: RequestParts): Promise<MadeRequest> {
  const notes = [...turn.notes];
  const { instruction } = turn;
  const rule = chooseByRules({ instruction, hasSources: true, hasPrevious: parts.last !== undefined, today: '' });
  const isChange = rule === 'redraft' && turn.pasted.length === 0 && turn.files.length === 0;
  if (isChange && parts.last) return { request: { instruction, sources: [], previous: parts.last.resultId }, notes };

  const sources: Source[] = [
    ...turn.pasted,
    ...(await readFiles(turn, parts, notes)),
    ...(await readThread(turn, parts, notes)),
    ...sampleOf(turn, parts),
  ];
  const words = instruction === '' ? {} : { instruction };
  if (sources.length > 0) return { request: { ...words, sources }, notes };
  if (parts.last) {
    const { sources: kept, resultId } = parts.last;
    return { request: kept.length > 0 ? { ...words, sources: kept } : { ...words, sources: [], previous: resultId }, notes };
  }
  if (instruction === '' && notes.length > 0) throw new HumphreyError('unsupported-type', notes.join(' '));
  return { request: { ...words, sources: [] }, notes };
}

function sampleOf(turn: AskTurn, parts: RequestParts): ThreadSource[] {
  return turn.sample && parts.sample ? [{ kind: 'thread', ...parts.sample }] : [];
}

/** One file that fails is a note; when every file fails, the first reason is the answer. */
async function readFiles(turn: AskTurn, parts: RequestParts, notes: string[]): Promise<Source[]> {
  const sources: Source[] = [];
  let firstFailure: HumphreyError | undefined;
  let total = 0;
  for (const file of turn.files) {
    try {
      const bytes = await parts.download(file, parts.signal);
      total += bytes.byteLength;
      if (total > MAX_TOTAL_BYTES)
        throw new HumphreyError(
          'too-large',
          `${file.name} was not read: the files of one message come to more than 100 MB. Send it by itself.`,
        );
      sources.push({ kind: 'document', name: file.name, base64: bytes.toString('base64') });
    } catch (thrown) {
      const failure = asHumphreyError(thrown);
      if (failure.code === 'cancelled') throw failure;
      firstFailure ??= failure;
      notes.push(failure.message);
    }
  }
  if (sources.length === 0 && turn.pasted.length === 0 && firstFailure) throw firstFailure;
  return sources;
}

async function readThread(turn: AskTurn, parts: RequestParts, notes: string[]): Promise<ThreadSource[]> {
  if (!parts.threadPlace) return [];
  try {
    const thread = await parts.threadReader.readThread(parts.threadPlace, parts.signal);
    if (thread.messages.length > 0) return [{ kind: 'thread', ...thread }];
    if (turn.pasted.length > 0) return [];
    throw new HumphreyError(
      'empty-source',
      'I see no posts in this thread but yours to me. Mention me in a reply to the thread you mean, or paste the text to me.',
    );
  } catch (thrown) {
    const failure = asHumphreyError(thrown);
    if (turn.pasted.length === 0 || failure.code === 'cancelled') throw failure;
    notes.push(failure.message);
    return [];
  }
}
