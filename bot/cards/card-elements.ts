/**
 * The few Adaptive Card 1.5 elements that Humphrey uses, as plain data.
 *
 * Text from sources and from the model stands in TextRun only: Teams parses markdown in TextBlock and Fact, so a link or a
 * picture written there by a hostile source would come to life. There is no element here that opens or loads an address.
 * Weighed against the `adaptivecards` package's own object model: it is a renderer for browsers, so it only checks our
 * output, in tests.
 */
export interface TextRun {
  type: 'TextRun';
  text: string;
  size?: 'small' | 'medium' | 'large';
  weight?: 'bolder';
  color?: 'accent' | 'attention' | 'warning' | 'good';
  isSubtle?: boolean;
  italic?: boolean;
}

export interface RichTextBlock {
  type: 'RichTextBlock';
  inlines: TextRun[];
  spacing?: Spacing;
  separator?: boolean;
}

export interface Container {
  type: 'Container';
  items: CardElement[];
  id?: string;
  style?: 'emphasis' | 'warning';
  isVisible?: boolean;
  spacing?: Spacing;
  separator?: boolean;
}

export interface ColumnSet {
  type: 'ColumnSet';
  columns: { type: 'Column'; width: 'auto' | 'stretch'; items: CardElement[] }[];
  spacing?: Spacing;
}

export interface ActionSet {
  type: 'ActionSet';
  actions: CardAction[];
  spacing?: Spacing;
}

export type CardAction =
  | { type: 'Action.Submit'; title: string; data: Record<string, unknown> }
  | { type: 'Action.ToggleVisibility'; title: string; targetElements: string[] };

export type CardElement = RichTextBlock | Container | ColumnSet | ActionSet;
export type Spacing = 'none' | 'small' | 'default' | 'medium' | 'large';

export interface AdaptiveCard {
  type: 'AdaptiveCard';
  $schema: 'http://adaptivecards.io/schemas/adaptive-card.json';
  version: '1.5';
  /** What a client without cards shows. */
  fallbackText: string;
  body: CardElement[];
  /** Teams only: uses the whole width of the conversation. */
  msteams?: { width: 'Full' };
}

export type RunStyle = Omit<TextRun, 'type' | 'text'>;

export function run(text: string, style: RunStyle = {}): TextRun {
  return { type: 'TextRun', text, ...style };
}

export function line(inlines: TextRun[], layout: Pick<RichTextBlock, 'spacing' | 'separator'> = {}): RichTextBlock {
  return { type: 'RichTextBlock', inlines, ...layout };
}

/** A list item whose second and later lines stay clear of its bullet. */
export function bullet(items: CardElement[], mark = '•'): ColumnSet {
  return {
    type: 'ColumnSet',
    spacing: 'small',
    columns: [
      { type: 'Column', width: 'auto', items: [line([run(mark, { isSubtle: true })])] },
      { type: 'Column', width: 'stretch', items },
    ],
  };
}

export function sectionHeading(text: string): RichTextBlock {
  return line([run(text, { weight: 'bolder' })], { spacing: 'medium' });
}

export function card(body: CardElement[], fallbackText: string): AdaptiveCard {
  return {
    type: 'AdaptiveCard',
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    version: '1.5',
    fallbackText,
    body,
    msteams: { width: 'Full' },
  };
}

/** Bytes of a card as it crosses the wire. */
export function cardBytes(adaptiveCard: AdaptiveCard): number {
  return Buffer.byteLength(JSON.stringify(adaptiveCard), 'utf8');
}
