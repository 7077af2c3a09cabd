import type { Notice } from '../contract/task-result.ts';

/** The notice that says how much hidden text was left out; none where there was none. */
export function hiddenTextNotice(name: string, count: number): Notice[] {
  if (count === 0) return [];
  const pieces = count === 1 ? '1 piece of text that cannot be seen' : `${count} pieces of text that cannot be seen`;
  return [{ code: 'hidden-text-removed', message: `${name} holds ${pieces} when it is opened. We left this text out.` }];
}
