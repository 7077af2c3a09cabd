import type { ThreadToRead } from '../../shared/ports.ts';
import { card, line, run, type AdaptiveCard } from './card-elements.ts';

/** Shows the demo's sample posts, and says that they are samples, before anybody asks about them. */
export function sampleThreadCard(thread: ThreadToRead): AdaptiveCard {
  return card(
    [
      line([run('Demo: sample thread', { size: 'large', weight: 'bolder' })]),
      line(
        [
          run(
            'The Playground does not show me a thread’s earlier posts. In this demo every thread begins with these posts, which we wrote as samples. Mention me and ask, for example “summarise this thread”.',
            { isSubtle: true },
          ),
        ],
        {
          spacing: 'small',
        },
      ),
      ...thread.messages.flatMap((message) => [
        line([run(message.author, { weight: 'bolder' })], { spacing: 'medium' }),
        line([run(message.text ?? '')], { spacing: 'none' }),
      ]),
    ],
    'Demo: every thread begins with sample posts.',
  );
}
