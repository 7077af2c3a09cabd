import type { Citation, Marking, TaskResult } from '../../shared/contract/task-result.ts';
import { answerSections, type CardBudget } from './answer-sections.ts';
import { answerTitle } from './answer-title.ts';
import { card, cardBytes, line, run, sectionHeading, type AdaptiveCard, type CardElement } from './card-elements.ts';
import { cutText } from './cut-text.ts';
import { locatorWords } from './locator-words.ts';

/** The strictest host that shows our cards (webhooks, Microsoft Graph) takes 28 KB; Teams messages take more. */
export const MAX_CARD_BYTES = 28 * 1024;

/** Ever smaller parts of an answer, until the card fits; the last one fits whatever the answer holds. */
const BUDGETS: { share: number; textLimit: number }[] = [
  { share: 1, textLimit: 4_000 },
  { share: 1, textLimit: 800 },
  { share: 0.85, textLimit: 800 },
  { share: 0.7, textLimit: 600 },
  { share: 0.6, textLimit: 600 },
  { share: 0.5, textLimit: 400 },
  { share: 0.4, textLimit: 400 },
  { share: 0.3, textLimit: 300 },
  { share: 0.2, textLimit: 300 },
  { share: 0.1, textLimit: 200 },
  { share: 0.05, textLimit: 160 },
  { share: 0, textLimit: 100 },
];

const QUOTES = 'quotes';

/** A result as an Adaptive Card 1.5 of at most 28 KB. `notes`: what the surface itself has to say, such as a file not read. */
export function answerCard(result: TaskResult, notes: string[] = []): AdaptiveCard {
  for (const { share, textLimit } of BUDGETS) {
    const made = build(result, notes, { share, textLimit, leftOut: new Map() });
    if (cardBytes(made) <= MAX_CARD_BYTES) return made;
  }
  return card([line([run('This answer is too long to show in Teams. Ask for a short one.')])], 'This answer is too long to show in Teams.');
}

function build(result: TaskResult, notes: string[], budget: CardBudget): AdaptiveCard {
  const title = answerTitle(result);
  const sections = answerSections(result.output, budget);
  const quotes = quoteSection(result, budget);
  const body = [
    markingBand(result.marking),
    line([run(title, { size: 'large', weight: 'bolder' })], { spacing: 'small' }),
    ...sourceLine(result),
    ...sections,
    ...cutLine(budget),
    ...noticeSection(result, notes, budget),
    ...quotes,
    line([run(result.engineNote, { size: 'small', isSubtle: true })], { spacing: 'medium', separator: true }),
  ];
  return card(body, `${result.marking.text}. ${title}. ${result.engineNote}`);
}

function markingBand(marking: Marking): CardElement {
  const raised = marking.sensitive || marking.handling.length > 0 || marking.caveats.length > 0;
  if (!raised) return line([run(marking.text, { size: 'small', weight: 'bolder', isSubtle: true })]);
  return { type: 'Container', style: 'warning', items: [line([run(marking.text, { weight: 'bolder' })])] };
}

function sourceLine(result: TaskResult): CardElement[] {
  const [first, ...others] = result.sources;
  if (!first) return [];
  const more = others.length === 0 ? '' : ` and ${others.length} more`;
  return [line([run(`From ${cutText(first.name, 150)}${more}`, { isSubtle: true })], { spacing: 'none' })];
}

function cutLine(budget: CardBudget): CardElement[] {
  if (budget.leftOut.size === 0) return [];
  const parts = [...budget.leftOut].map(
    ([name, count]) => `${count.toLocaleString('en-GB')} ${count === 1 ? name : name.replace(/^\w+/u, '$&s')}`,
  );
  return [
    line(
      [
        run(`Cut to fit in Teams: ${parts.join(', ')} not shown. Ask for a short answer, or about one part.`, {
          weight: 'bolder',
          color: 'attention',
        }),
      ],
      { spacing: 'medium' },
    ),
  ];
}

/** Notices that repeat the engine note are left to it. */
function noticeSection(result: TaskResult, notes: string[], budget: CardBudget): CardElement[] {
  const words = [...notes, ...result.notices.filter((notice) => notice.code !== 'offline-engine').map((notice) => notice.message)];
  if (words.length === 0) return [];
  const shown = words.slice(0, Math.max(3, Math.ceil(words.length * budget.share)));
  const rest = words.length - shown.length;
  const lines = [
    ...shown.map((text) => cutText(text, Math.max(200, budget.textLimit / 2))),
    ...(rest > 0 ? [`${rest} more notices are not shown here.`] : []),
  ];
  return [sectionHeading('Please note'), ...lines.map((text) => line([run(text)], { spacing: 'small' }))];
}

/** Each quote with its place, folded away until asked for. */
function quoteSection(result: TaskResult, budget: CardBudget): CardElement[] {
  const { citations } = result;
  if (citations.length === 0) return [];
  const shown = citations.slice(0, Math.max(1, Math.ceil(citations.length * budget.share)));
  const rest = citations.length - shown.length;
  const items = shown.flatMap((citation) => quoteLines(citation, result, Math.min(600, budget.textLimit)));
  if (rest > 0) items.push(line([run(`${rest} more quotes do not fit here.`, { isSubtle: true })], { spacing: 'small' }));
  return [
    {
      type: 'ActionSet',
      spacing: 'medium',
      actions: [{ type: 'Action.ToggleVisibility', title: `Show or hide the quotes (${citations.length})`, targetElements: [QUOTES] }],
    },
    { type: 'Container', id: QUOTES, isVisible: false, style: 'emphasis', items },
  ];
}

function quoteLines(citation: Citation, result: TaskResult, textLimit: number): CardElement[] {
  const name = result.sources[citation.source]?.name;
  const place = [...(name === undefined ? [] : [cutText(name, 100)]), cutText(locatorWords(citation.locator), 160)]
    .filter((part) => part !== '')
    .join(', ');
  return [
    line([run(`[${citation.id}] `, { color: 'accent', weight: 'bolder' }), run(`“${cutText(citation.quote, textLimit)}”`)], {
      spacing: 'small',
    }),
    line([run(place, { size: 'small', isSubtle: true })], { spacing: 'none' }),
  ];
}
