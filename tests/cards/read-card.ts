import { createRequire } from 'node:module';
import type * as AdaptiveCards from 'adaptivecards';
import type { AdaptiveCard, CardElement } from '../../bot/cards/card-elements.ts';

// A library for browsers: its module form cannot be imported by Node.
const { AdaptiveCard: Parsed, SerializationContext, Versions } = createRequire(import.meta.url)('adaptivecards') as typeof AdaptiveCards;

/** What Microsoft's own library finds wrong with a card at version 1.5. */
export function cardProblems(card: AdaptiveCard): string[] {
  const context = new SerializationContext(Versions.v1_5);
  const parsed = new Parsed();
  parsed.parse(card, context);
  const validated = parsed.validateProperties();
  const events = Array.from({ length: context.eventCount }, (_, index) => context.getEventAt(index).message);
  return [...events, ...validated.validationEvents.map((event) => event.message)];
}

/** A card's texts as a person reads them: one a text block, in order, hidden parts too. */
export function cardTexts(card: AdaptiveCard): string[] {
  return card.body.flatMap(elementTexts);
}

function elementTexts(element: CardElement): string[] {
  switch (element.type) {
    case 'RichTextBlock':
      return element.inlines.length === 1 && element.inlines[0]?.text === '•'
        ? []
        : [element.inlines.map((inline) => inline.text).join('')];
    case 'Container':
      return element.items.flatMap(elementTexts);
    case 'ColumnSet':
      return element.columns.flatMap((column) => column.items.flatMap(elementTexts));
    case 'ActionSet':
      return [];
  }
}
