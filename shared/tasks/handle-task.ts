import type { TaskEvent } from '../contract/task-event.ts';
import type { TaskName, TaskRequest } from '../contract/task-request.ts';
import type { TaskResult } from '../contract/task-result.ts';
import { asHumphreyError, HumphreyError } from '../errors.ts';
import type { Passage, ReadSource } from '../passage.ts';
import type { Asker, EngineInput, Ports } from '../ports.ts';
import { createChecks, type Checks } from '../trust/check-output.ts';
import { gateEnvelope, gateText } from '../trust/gate.ts';
import { toMarking, type FoundMarking } from '../trust/markings.ts';
import { checkedElement } from './checked-element.ts';
import { chooseTask, optionsFromWords } from './choose-task.ts';
import { EventQueue } from './event-queue.ts';
import { numberPassages } from './number-passages.ts';
import { dateOf } from './offline/find-dates.ts';
import { previousResult } from './previous-result.ts';
import { readSources, withMaterial } from './read-sources.ts';
import { repairUnsupported } from './repair-unsupported.ts';
import { runEngine } from './run-engine.ts';
import { taskNamed } from './task-list.ts';

/**
 * The one door into the core. Yields accepted, progress and parts, then one result or one error; never throws.
 * Nothing unchecked leaves it: parts are finished elements whose quotes and facts were looked up in the sources.
 */
export async function* handleTask(request: TaskRequest, asker: Asker, ports: Ports, signal: AbortSignal): AsyncGenerator<TaskEvent> {
  const id = ports.newId();
  const events = new EventQueue<TaskEvent>();
  const work = runTask({ id, request, asker, ports, signal, send: (event) => events.push(event) })
    .catch((thrown: unknown) => {
      const error = signal.aborted ? new HumphreyError('cancelled', 'The task was cancelled.') : asHumphreyError(thrown);
      const cause = error.cause instanceof Error ? error.cause.name : undefined;
      const fields = { task: id, code: error.code, cause, at: error.code === 'internal-error' ? placeOf(error.cause) : undefined };
      if (error.code === 'internal-error') ports.log.error(fields, 'a task failed for a reason nobody expected');
      else ports.log.info(fields, 'a task ended in an error');
      events.push({ type: 'error', error: error.toBody().error });
    })
    .finally(() => {
      events.end();
    });
  yield { type: 'accepted', id };
  yield* events;
  await work;
}

interface TaskRun {
  id: string;
  request: TaskRequest;
  asker: Asker;
  ports: Ports;
  signal: AbortSignal;
  send: (event: TaskEvent) => void;
}

async function runTask(run: TaskRun): Promise<void> {
  const { id, asker, ports, signal, send } = run;
  const previous = run.request.previous === undefined ? undefined : await previousResult(run.request.previous, asker, ports);
  const envelope = gateEnvelope(run.request, previous?.marking);
  send({ type: 'progress', progress: { step: 'reading' } });
  const request = withMaterial(run.request, previous?.text);
  const read = await readSources(request, asker, ports, signal);
  const marking = gateText(envelope, read.sources);
  const { passages, notices } = numberPassages(read.sources);

  send({ type: 'progress', progress: { step: 'choosing' } });
  const task = await taskOf(request, run);
  const definition = taskNamed(task);
  const input = engineInput(request, { task, passages, sources: read.sources, run });
  const checks = checksFor(input, read.sources, marking);

  send({ type: 'progress', progress: { step: 'thinking' } });
  const answer = await runEngine({
    definition,
    engine: ports.engine,
    input,
    signal,
    onElement: (path, value) => {
      const part = checkedElement(definition, { path, value, checks });
      if (part) send({ type: 'part', ...part });
    },
    onPart: (done, total) => send({ type: 'progress', progress: { step: 'thinking', done, total } }),
  });
  send({ type: 'progress', progress: { step: 'checking' } });
  const repaired = await repairUnsupported({ definition, input, answer, checks, engine: ports.engine, signal });

  const result: TaskResult = {
    id,
    task,
    engine: { name: ports.engine.name, model: answer.model, promptVersion: definition.version },
    engineNote: engineNote(ports.engine.name, answer.model),
    marking: toMarking(marking),
    allows: allowedBy(marking),
    sources: read.sources.map((source) => ({ kind: source.kind, name: source.name })),
    output: repaired.output,
    citations: repaired.citations,
    notices: [...read.notices, ...notices, ...answer.notices, ...repaired.notices],
    usage: answer.usage,
  };
  await ports.results.put({ owner: { tenantId: asker.tenantId, objectId: asker.objectId }, result });
  send({ type: 'result', result });
}

async function taskOf(request: TaskRequest, run: TaskRun): Promise<TaskName> {
  if (request.task) return request.task;
  const today = dayOf(run.ports.clock.now());
  const words = {
    instruction: request.instruction ?? '',
    hasSources: request.sources.length > 0,
    hasPrevious: request.previous !== undefined,
    today,
  };
  return chooseTask(words, run.ports.engine, run.signal);
}

interface InputParts {
  task: TaskName;
  passages: Passage[];
  sources: ReadSource[];
  run: TaskRun;
}

function engineInput(request: TaskRequest, parts: InputParts): EngineInput {
  const { asker, ports } = parts.run;
  const envelope = parts.sources.find((source) => source.envelope)?.envelope;
  return {
    instruction: request.instruction ?? '',
    passages: parts.passages,
    options: { ...optionsFromWords(request.instruction ?? ''), ...request.options },
    asker: {
      ...(asker.name === undefined ? {} : { name: asker.name }),
      ...(asker.address === undefined ? {} : { address: asker.address }),
    },
    today: dayOf(ports.clock.now()),
    ...(envelope ? { envelope: { ...(envelope.from === undefined ? {} : { from: envelope.from }), subject: envelope.subject } } : {}),
  };
}

function checksFor(input: EngineInput, sources: ReadSource[], marking: FoundMarking): Checks {
  const envelopes = sources.flatMap((source) => [
    source.name,
    ...(source.envelope
      ? [source.envelope.from ?? '', source.envelope.fromAddress ?? '', ...source.envelope.to, source.envelope.sent ?? '']
      : []),
  ]);
  const headings = input.passages.flatMap((passage) => [
    passage.locator.author ?? '',
    passage.locator.heading ?? '',
    passage.locator.time ?? '',
  ]);
  return createChecks({
    passages: input.passages,
    alsoAllowed: [input.instruction, input.asker.name ?? '', toMarking(marking).text, ...envelopes, ...new Set(headings)],
    asker: input.asker,
    // "Next week" in a mail counts from the day it was sent.
    dateOf: (said) => dateOf(said, sources.find((source) => source.envelope?.sent)?.envelope?.sent?.slice(0, 10) ?? input.today),
  });
}

/** What the marking leaves open to a surface; the wider table of actions hangs on the deployment's own lists. */
function allowedBy(marking: FoundMarking): TaskResult['allows'] {
  const bound = marking.handling.some((instruction) => instruction !== 'FOR PUBLIC RELEASE');
  return { reply: true, addRecipients: !bound, post: !bound && !marking.sensitive, export: !marking.handling.includes('EMBARGOED') };
}

function engineNote(name: 'openai' | 'offline', model: string): string {
  return name === 'offline'
    ? 'Offline engine: key sentences chosen and quoted from the source by rules, without AI. Check them against the source.'
    : `Made by ${model}. It can be wrong: check it against the quotes before you rely on it.`;
}

function dayOf(now: Date): string {
  return now.toISOString().slice(0, 10);
}

/** The code place of a fault for the log: file and line of the first frame, never the message, which may hold content. */
function placeOf(cause: unknown): string | undefined {
  if (!(cause instanceof Error)) return undefined;
  return /\/((?:bot|shared)\/[\w/.-]+:\d+)/u.exec(cause.stack ?? '')?.[1];
}
