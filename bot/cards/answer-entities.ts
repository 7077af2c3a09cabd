import type { Citation, TaskResult } from '../../shared/contract/task-result.ts';
import { isMadeByAi } from './answer-title.ts';
import { cutText } from './cut-text.ts';

/** Teams shows up to 20, the Playground refuses a message with more than 10; every quote stands on the card. */
export const MAX_CITATION_ENTITIES = 10;
/** Teams' limits for a citation's name and abstract, in characters. */
const MAX_NAME = 80;
const MAX_ABSTRACT = 160;

interface ClaimEntity {
  '@type': 'Claim';
  position: number;
  appearance: { '@type': 'DigitalDocument'; name: string; abstract: string };
}

/** The one root entity of a Teams message that carries the AI label, the citations and the marking. */
export interface MessageEntity {
  type: 'https://schema.org/Message';
  '@type': 'Message';
  '@context': 'https://schema.org';
  '@id': '';
  additionalType?: ['AIGeneratedContent'];
  citation?: ClaimEntity[];
  usageInfo: { type: 'https://schema.org/Message'; '@type': 'CreativeWork'; name: string; description: string };
}

/** Entities for a result's message: positions match the [n] on the card. */
export function answerEntities(result: TaskResult): MessageEntity[] {
  const citation = entityCitations(result).map((cited) => claim(cited, result));
  return [
    {
      type: 'https://schema.org/Message',
      '@type': 'Message',
      '@context': 'https://schema.org',
      '@id': '',
      ...(isMadeByAi(result) ? { additionalType: ['AIGeneratedContent'] as ['AIGeneratedContent'] } : {}),
      ...(citation.length === 0 ? {} : { citation }),
      usageInfo: {
        type: 'https://schema.org/Message',
        '@type': 'CreativeWork',
        name: result.marking.text,
        description: 'The highest marking of the sources. Keep it on anything you make from this answer.',
      },
    },
  ];
}

/** The answer's line in notifications: none of the source's or the model's words, which others may see on a lock screen. */
export function answerSummary(result: TaskResult, title: string): string {
  return `${result.marking.text} – ${title}`;
}

function entityCitations(result: TaskResult): Citation[] {
  return result.citations.filter((citation) => citation.id >= 1 && citation.id <= MAX_CITATION_ENTITIES);
}

function claim(citation: Citation, result: TaskResult): ClaimEntity {
  const name = result.sources[citation.source]?.name ?? 'Source';
  return {
    '@type': 'Claim',
    position: citation.id,
    appearance: {
      '@type': 'DigitalDocument',
      name: cutText(oneLine(name), MAX_NAME),
      abstract: cutText(oneLine(citation.quote), MAX_ABSTRACT),
    },
  };
}

function oneLine(text: string): string {
  return text.replace(/\s+/gu, ' ').trim();
}
