import type { Citation, Notice, Statement, TaskOutput } from '../contract/task-result.ts';
import { HumphreyError } from '../errors.ts';
import type { Engine, EngineInput } from '../ports.ts';
import type { Checks } from '../trust/check-output.ts';
import { addUsage, type EngineRunAnswer } from './run-engine.ts';
import type { TaskDefinition } from './task-definition.ts';

export interface RepairInput {
  definition: TaskDefinition;
  input: EngineInput;
  answer: EngineRunAnswer;
  checks: Checks;
  engine: Engine;
  signal: AbortSignal;
}

export interface CheckedAnswer {
  output: TaskOutput;
  citations: Citation[];
  notices: Notice[];
}

/**
 * The checked output. Where statements are unsupported, the engine gets one chance to put its answer right; what is
 * still unsupported stays labelled so, and a notice counts it. The better of the two answers is taken.
 */
export async function repairUnsupported(run: RepairInput): Promise<CheckedAnswer> {
  const first = run.definition.finish(run.answer.draft, run.checks);
  const faults = unsupportedIn(first);
  if (faults.length === 0 || run.engine.name === 'offline') return checked(first, run.checks, []);

  const repaired = await repair(run, faults);
  if (!repaired) return checked(first, run.checks, []);
  const second = run.definition.finish(repaired, run.checks);
  if (unsupportedIn(second).length >= faults.length) return checked(first, run.checks, []);
  return checked(second, run.checks, [
    { code: 'model-repaired', message: 'Part of the answer was not supported by the source and was written again.' },
  ]);
}

/** The engine's second try; undefined where that call fails, since the first answer with its labels is still an answer. */
async function repair(run: RepairInput, faults: Statement[]): Promise<unknown> {
  try {
    const answer = await run.engine.run(
      {
        task: run.definition,
        stage: 'repair',
        input: run.input,
        schema: run.definition.schema,
        repair: { problems: faults.map((fault) => `${fault.flags.join(', ') || 'no quote'}: ${fault.text}`) },
      },
      run.signal,
    );
    addUsage(run.answer.usage, answer);
    return answer.output;
  } catch (thrown) {
    if (run.signal.aborted || !(thrown instanceof HumphreyError)) throw thrown;
    return undefined;
  }
}

function checked(output: TaskOutput, checks: Checks, notices: Notice[]): CheckedAnswer {
  const count = unsupportedIn(output).length;
  if (count > 0) {
    notices.push({
      code: 'unsupported-statement',
      message: `${count} ${count === 1 ? 'statement is' : 'statements are'} not supported by the source and ${count === 1 ? 'is' : 'are'} labelled. Check before you use ${count === 1 ? 'it' : 'them'}.`,
    });
  }
  return { output, citations: citedIn(output, checks), notices };
}

function statementsOf(output: TaskOutput): Statement[] {
  switch (output.kind) {
    case 'summary':
      return [output.headline, ...output.points, ...output.actions, ...output.dates, ...output.questions];
    case 'actions':
      return output.actions;
    case 'draft':
      return output.paragraphs;
    case 'answer':
      return output.answer;
  }
}

function unsupportedIn(output: TaskOutput): Statement[] {
  return statementsOf(output).filter((statement) => statement.support === 'unsupported');
}

/** Only the citations that the output uses; ids stay, so that streamed parts agree with the result. */
function citedIn(output: TaskOutput, checks: Checks): Citation[] {
  const used = new Set(statementsOf(output).flatMap((statement) => statement.citations));
  return checks.citations().filter((citation) => used.has(citation.id));
}
