import type { Marking } from '../contract/task-result.ts';
import type { TaskRequest } from '../contract/task-request.ts';
import type { ReadSource } from '../passage.ts';
import { labelNamesIn } from './labels.ts';
import { findMarkingInName, findMarkingInText, highestMarking, refuseAboveOfficial, type FoundMarking } from './markings.ts';

/** Characters of raw mail or text that the first gate looks through before parsing; the second gate reads everything. */
const FIRST_GATE_CHARACTERS = 200_000;

/**
 * Gate 1, before any row, parsing or model: subjects, names, titles, headers, the person's own words, and text as sent.
 * Throws marking-refused.
 */
export function gateEnvelope(request: TaskRequest, previous?: Marking): FoundMarking {
  // What is made out of an earlier result carries that result's marking.
  const found: FoundMarking[] = previous ? [previous] : [];
  const name = (text: string | undefined): void => {
    if (text !== undefined) found.push(findMarkingInName(text));
  };
  const text = (body: string | undefined): void => {
    if (body !== undefined) found.push(findMarkingInText(body.slice(0, FIRST_GATE_CHARACTERS)));
  };
  text(request.instruction);
  for (const source of request.sources) {
    if (source.kind === 'email') {
      name(source.subject);
      text(source.text);
      // Anybody can write headers, so they raise a marking and never lower one.
      for (const label of labelNamesIn(source.headers)) name(label);
      for (const attachment of source.attachments ?? []) name(attachment.name);
    } else if (source.kind === 'thread') {
      name(source.title);
      for (const message of source.messages) text(message.text);
    } else {
      name(source.name);
      if (source.kind === 'text') text(source.text);
    }
  }
  return refused(found);
}

/** Texts that a surface holds before it has a request: an activity's words and file names. Throws marking-refused. */
export function gateTexts(texts: string[]): void {
  refused(
    texts.map((text) =>
      text.includes('\n') || text.length > 200
        ? findMarkingInText(text)
        : highestMarking([findMarkingInName(text), findMarkingInText(text)]),
    ),
  );
}

/** Gate 2: everything that was extracted, hidden text too, before it is kept or sent. Throws marking-refused. */
export function gateText(envelope: FoundMarking, sources: ReadSource[]): FoundMarking {
  const found = sources.flatMap((source) => [
    findMarkingInName(source.name),
    ...(source.insideNames ?? []).map(findMarkingInName),
    ...source.passages.map((passage) => findMarkingInText(passage.text)),
    ...source.hiddenText.map(findMarkingInText),
  ]);
  return refused([envelope, ...found]);
}

function refused(found: FoundMarking[]): FoundMarking {
  const highest = highestMarking(found);
  refuseAboveOfficial(highest);
  return highest;
}
