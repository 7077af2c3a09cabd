import { z } from 'zod';
import { bullet, card, line, run, sectionHeading, type AdaptiveCard, type CardElement } from './card-elements.ts';

/** What a newcomer may type as it stands. */
export const examplePrompts = [
  'Summarise this: (paste an email or a paper, or attach a document)',
  'What am I asked to do, and by when?',
  'Draft a short, warm reply that declines the meeting',
] as const;

/** What the demo's button sends back. */
export const SampleData = z.object({ humphrey: z.literal('try-sample') });

/** The first message in a personal chat, and the answer to "help". `demo` adds a button for people with nothing to paste yet. */
export function welcomeCard(demo = false): AdaptiveCard {
  return card(
    [
      line([run('Hello, I’m Humphrey', { size: 'large', weight: 'bolder' })]),
      line([run('I read emails, threads and documents for you, and show the words each point comes from.')], { spacing: 'small' }),
      sectionHeading('What I can do'),
      ...items([
        'Summarise, and list actions, dates and open questions',
        'Answer a question about what you give me',
        'Draft a reply, or rewrite a text',
      ]),
      sectionHeading('Try'),
      ...items([...examplePrompts]),
      ...(demo ? [sampleButton] : []),
      sectionHeading('Good to know'),
      ...items([
        'I take material up to OFFICIAL-SENSITIVE. Do not send me anything marked SECRET or above: I refuse it.',
        'I never send anything. Drafts are yours to check and copy.',
        'In a channel, @mention me in a thread and I read that thread only.',
        'I read .docx, .pdf, .txt, .md, .html and .eml, up to 50 MB a file. I do not read pictures.',
        'Ask for a change to my last answer with “shorter” or “make it firmer”. Type “cancel” to stop me, “help” to see this again.',
      ]),
    ],
    'Hello, I’m Humphrey. Paste a text or attach a document and ask me to summarise it, list the actions, answer a question or draft a reply.',
  );
}

const sampleButton: CardElement = {
  type: 'ActionSet',
  actions: [
    { type: 'Action.Submit', title: 'Summarise a sample thread', data: { humphrey: 'try-sample' } satisfies z.infer<typeof SampleData> },
  ],
};

/** The message's own words beside the card, for notifications and clients without cards. */
export const WELCOME_TEXT = 'Hello, I’m Humphrey. Paste a text or attach a document and tell me what you need.';

function items(texts: string[]): CardElement[] {
  return texts.map((text) => bullet([line([run(text)])]));
}
