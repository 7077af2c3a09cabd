import { SummaryDraft } from '../../shared/tasks/drafts.ts';
import { createOpenAIEngine, type OpenAIEngineOptions } from '../../shared/engine/openai.ts';
import { HumphreyError } from '../../shared/errors.ts';
import type { Engine, EngineCall, EngineInput, Log, LogFields } from '../../shared/ports.ts';
import { createManualTime, type ManualTime } from '../fakes/manual-time.ts';
import { startModelStub, type ModelStub } from '../fakes/model-stub.ts';

/** Words that stand only in the sources: they may reach the model and nothing else. */
const canary = 'CANARY heron quartz';

export interface LogLine {
  level: 'info' | 'warn' | 'error';
  fields: LogFields;
  message: string;
}

export interface EngineSetUp {
  engine: Engine;
  stub: ModelStub;
  time: ManualTime;
  lines: LogLine[];
  /** Closes the stub, and throws if the sources or the server's words have reached the log. */
  close: () => Promise<void>;
}

export async function setUpEngine(options: Partial<OpenAIEngineOptions> = {}): Promise<EngineSetUp> {
  const stub = await startModelStub();
  const time = createManualTime();
  const lines: LogLine[] = [];
  const engine = createOpenAIEngine({
    connection: { kind: 'compatible', baseURL: stub.baseURL, apiKey: 'key-of-the-test' },
    model: 'gpt-4o',
    clock: { now: () => new Date('2026-11-23T10:00:00Z') },
    log: recordingLog(lines),
    time,
    random: () => 0,
    ...options,
  });
  return {
    engine,
    stub,
    time,
    lines,
    close: async () => {
      await stub.close();
      const written = JSON.stringify(lines);
      if (/CANARY|secret words|key-of-the-test/.test(written)) throw new Error(`Content reached the log: ${written}`);
      if (time.alarmsSet().length > 0) throw new Error('An alarm was left set after the call.');
    },
  };
}

export function recordingLog(lines: LogLine[]): Log {
  const at =
    (level: LogLine['level']) =>
    (fields: LogFields, message: string): void =>
      void lines.push({ level, fields, message });
  return { info: at('info'), warn: at('warn'), error: at('error') };
}

export const input: EngineInput = {
  instruction: 'What do they want from us?',
  passages: [
    { id: 'p1', source: 0, text: `Please send the ${canary} figures by noon on Tuesday.`, locator: { paragraph: 1 }, role: 'own' },
    { id: 'p2', source: 0, text: 'Kind regards, Anika', locator: { paragraph: 2 }, role: 'signature' },
  ],
  options: { length: 'short' },
  asker: { name: 'Tom Reed', address: 'tom.reed@example.gov.uk' },
  today: '2026-11-23',
  envelope: { from: 'Anika Patel', subject: 'Figures' },
};

export function summariseCall(changes: Partial<EngineCall<SummaryDraft>> = {}): EngineCall<SummaryDraft> {
  return {
    task: { name: 'summarise', version: 'summarise@1', prompt: 'Summarise the passages.' },
    stage: 'run',
    input,
    schema: SummaryDraft,
    ...changes,
  };
}

const evidence = [{ passage: 'p1', quote: 'by noon on Tuesday' }];

export const summary: SummaryDraft = {
  headline: { text: 'Anika needs the figures by noon on Tuesday.', evidence },
  points: [
    { text: 'The figures are wanted.', evidence },
    { text: 'Noon on Tuesday is the time – “sharp” 🦉.', evidence },
  ],
  actions: [{ text: 'Send the figures', who: 'you', due: 'by noon on Tuesday', sure: true, evidence }],
  dates: [],
  questions: [],
};

/** The HumphreyError a promise rejects with; throws if it resolves or rejects otherwise. */
export async function failureOf(promise: Promise<unknown>): Promise<HumphreyError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof HumphreyError) return error;
    throw error;
  }
  throw new Error('The call succeeded, and a failure was expected.');
}

export const unending = new AbortController().signal;
