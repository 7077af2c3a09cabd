import type { EngineInput } from '../../ports.ts';
import type { ActionsDraft, DraftAction } from '../drafts.ts';
import { evidenceOf } from './evidence.ts';
import { findRequests, type FoundRequest } from './find-requests.ts';
import { isLive } from './key-sentences.ts';
import { sentencesOf } from './sentences.ts';

/** A person reads a list of actions to the end; a transcript of three hours has more possible ones than anybody reads. */
const MAX_ACTIONS = 60;

export function actionOf({ sentence, who, due, sure }: FoundRequest): DraftAction {
  return { text: sentence.text, who, due, sure, evidence: evidenceOf(sentence) };
}

/** Every request and promise in the sources as the source words it; where there are too many, the sure ones stay first. */
export function offlineExtractActions(input: EngineInput): ActionsDraft {
  const sentences = sentencesOf(input.passages);
  const found = findRequests(sentences, input);
  // What a document says that somebody will or should do is an action where it names who or when.
  const live = isLive(sentences, input.envelope !== undefined);
  const requests = live ? found : found.filter(({ sure, who, due }) => sure || due !== null || (who !== null && who !== 'you'));
  const kept = requests.length <= MAX_ACTIONS ? requests : mostLikely(requests);
  return { actions: kept.map(actionOf) };
}

function mostLikely(requests: readonly FoundRequest[]): FoundRequest[] {
  const weight = ({ sure, due, who }: FoundRequest): number => (sure ? 4 : 0) + (due === null ? 0 : 2) + (who === null ? 0 : 1);
  const best = new Set([...requests].sort((one, other) => weight(other) - weight(one)).slice(0, MAX_ACTIONS));
  return requests.filter((request) => best.has(request));
}
