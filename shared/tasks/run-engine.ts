import { z } from 'zod';
import type { Notice } from '../contract/task-result.ts';
import type { Passage } from '../passage.ts';
import type { Engine, EngineAnswer, EngineInput, EngineUsage } from '../ports.ts';
import type { TaskDefinition } from './task-definition.ts';

export interface EngineRun {
  definition: TaskDefinition;
  engine: Engine;
  input: EngineInput;
  onElement: (path: string, value: unknown) => void;
  onPart: (done: number, total: number) => void;
  signal: AbortSignal;
}

export interface EngineRunAnswer {
  draft: unknown;
  model: string;
  usage: EngineUsage;
  notices: Notice[];
}

const PartDraft = z.object({ passages: z.array(z.string()) });

const PART_PROMPT = `This is one part of material that is too long to read at once. Name the passages that the task below needs, by id, the most important first, at most a fifth of them. Leave out nothing that holds a decision, a request, a figure, a date or a risk.`;

/** Of what fits a call, the share a part takes when the whole does not fit: shorter parts are read more evenly. */
const PART_SHARE = 0.25;
/** Rounds of narrowing; each keeps at most a fifth, so three reach 100 times a model's reading. */
const MAX_ROUNDS = 3;

/**
 * One call where everything fits. Where it does not, each part is read on its own and names the passages that matter,
 * and the task runs on those: every citation still points into the original.
 */
export async function runEngine(run: EngineRun): Promise<EngineRunAnswer> {
  const total: EngineUsage = { inputTokens: 0, cachedInputTokens: 0, outputTokens: 0, cost: null };
  const notices: Notice[] = [];
  let passages = run.input.passages;
  for (let round = 0; round < MAX_ROUNDS && tokensOf(passages, run) > run.engine.passageTokenLimit; round += 1) {
    const narrowed = await narrow(passages, run, total);
    notices.push(...uncovered(passages, narrowed));
    passages = narrowed;
  }
  const { definition, engine, input, signal } = run;
  const answer = await engine.run(
    {
      task: definition,
      stage: passages === input.passages ? 'run' : 'merge',
      input: { ...input, passages },
      schema: definition.schema,
      elements: Object.keys(definition.elements),
      onElement: run.onElement,
    },
    signal,
  );
  addUsage(total, answer);
  return { draft: answer.output, model: answer.model, usage: total, notices };
}

async function narrow(passages: Passage[], run: EngineRun, total: EngineUsage): Promise<Passage[]> {
  const parts = splitIntoParts(passages, run);
  const kept = new Set<string>();
  let done = 0;
  for (const part of parts) {
    const answer = await run.engine.run(
      {
        task: { name: run.definition.name, version: run.definition.version, prompt: `${PART_PROMPT}\n\n${run.definition.prompt}` },
        stage: 'map',
        input: { ...run.input, passages: part },
        schema: PartDraft,
      },
      run.signal,
    );
    addUsage(total, answer);
    const known = new Set(part.map((passage) => passage.id));
    const allowed = Math.max(1, Math.ceil(part.length / 5));
    for (const id of answer.output.passages.filter((name) => known.has(name)).slice(0, allowed)) kept.add(id);
    done += 1;
    run.onPart(done, parts.length);
  }
  return passages.filter((passage) => kept.has(passage.id));
}

function splitIntoParts(passages: Passage[], run: EngineRun): Passage[][] {
  const limit = run.engine.passageTokenLimit * PART_SHARE;
  const parts: Passage[][] = [];
  let room = 0;
  for (const passage of passages) {
    const tokens = estimateTokens(passage.text);
    const current = parts.at(-1);
    if (!current || tokens > room) {
      parts.push([passage]);
      room = limit - tokens;
    } else {
      current.push(passage);
      room -= tokens;
    }
  }
  return parts;
}

/** English takes 4 to 5 characters a token; counting 3.5 leaves room for tables, names and other languages. */
const CHARACTERS_PER_TOKEN = 3.5;

/** The JSON around a passage: its id, role and place, with quotation marks. */
const TOKENS_AROUND_PASSAGE = 40;

/** An estimate on the safe side, since counting exactly takes a tenth of a second that the event loop does not have. */
function estimateTokens(text: string): number {
  return Math.ceil(text.length / CHARACTERS_PER_TOKEN) + TOKENS_AROUND_PASSAGE;
}

function tokensOf(passages: Passage[], run: EngineRun): number {
  if (run.engine.passageTokenLimit === Infinity) return 0;
  return passages.reduce((sum, passage) => sum + estimateTokens(passage.text), 0);
}

/** Headings under which no passage was kept, so that a person knows what the answer does not draw on. */
function uncovered(before: Passage[], after: Passage[]): Notice[] {
  const heading = (passage: Passage): string | undefined =>
    passage.locator.heading ?? (passage.locator.page === undefined ? undefined : `page ${passage.locator.page}`);
  const covered = new Set(after.map(heading));
  const left = [...new Set(before.map(heading))].filter((name) => name !== undefined && !covered.has(name));
  if (left.length === 0) return [];
  const shown = left.slice(0, 8).join('; ');
  return [
    {
      code: 'section-not-covered',
      message: `The material was too long to read at once. Nothing was used from: ${shown}${left.length > 8 ? `; and ${left.length - 8} more` : ''}.`,
    },
  ];
}

export function addUsage(total: EngineUsage, answer: Pick<EngineAnswer<unknown>, 'usage'>): void {
  total.inputTokens += answer.usage.inputTokens;
  total.cachedInputTokens += answer.usage.cachedInputTokens;
  total.outputTokens += answer.usage.outputTokens;
  const cost = answer.usage.cost;
  if (cost) total.cost = { amount: (total.cost?.amount ?? 0) + cost.amount, currency: cost.currency };
}
