/** Programs that break lines by themselves do it before this; a longer line is a paragraph that its writer ended. */
const LONGEST_WRAPPED_LINE = 100;
const LIST_ITEM = /^\s{0,20}(?:[-*•–·▪o]|\(?(?:\d{1,3}|[a-z]|[ivx]{1,4})[.)])\s/i;

/** Whether a line begins a paragraph of its own although no empty line stands before it. */
export function startsParagraph(line: string, before: string | undefined): boolean {
  return before === undefined || before.length > LONGEST_WRAPPED_LINE || LIST_ITEM.test(line);
}
