import type { ThreadToRead } from '../../shared/ports.ts';

/** Posts for the demo, written by us; nobody in them exists. Weekdays and dates agree with each other. */
const posts = [
  {
    sent: '2026-11-23T09:05:00Z',
    author: 'Helen Marsh',
    text: 'Morning all. The Minister has agreed to publish the clean air zones consultation. We now need a launch plan that everyone can work to.',
  },
  {
    sent: '2026-11-23T09:40:00Z',
    author: 'Tom Okafor',
    text: 'Good news. Are we still aiming for Tuesday 8 December? Comms have kept the 9.30am slot free but they need the final press notice by noon on Thursday 3 December.',
  },
  {
    sent: '2026-11-23T10:10:00Z',
    author: 'Helen Marsh',
    text: 'Yes. We decided on Friday that the launch is Tuesday 8 December at 9.30am, and that the consultation will run for 12 weeks and close on Tuesday 2 March.',
  },
  {
    sent: '2026-11-23T12:30:00Z',
    author: 'Aisha Rahman',
    text: 'The impact assessment is not cleared yet. The analysts found a mistake in the small business costs: it should be £4.2 million a year, not £2.4 million. Tom, please correct the figure in the press notice as well.',
  },
  {
    sent: '2026-11-24T09:15:00Z',
    author: 'Daniel Fraser',
    text: 'Legal have one worry. The question about exemptions asks people to name their employer, and we have no basis to collect that. I suggest that we drop it.',
  },
  {
    sent: '2026-11-24T09:50:00Z',
    author: 'Helen Marsh',
    text: 'Agreed, we drop the employer question. Daniel, could you send the revised questionnaire to the survey team by Wednesday 2 December?',
  },
  {
    sent: '2026-11-24T11:30:00Z',
    author: 'Megan Lloyd',
    text: 'We also need a Welsh version, because two of the zones are next to the border. Translation takes five working days, so I need the final English text by the end of this week.',
  },
  {
    sent: '2026-11-25T09:20:00Z',
    author: 'Tom Okafor',
    text: 'I have corrected the press notice to £4.2 million. Do we have a spokesperson yet? The BBC has asked for an interview on launch day.',
  },
  {
    sent: '2026-11-25T11:00:00Z',
    author: 'Helen Marsh',
    text: 'The Minister will do the BBC herself. Private office want a two-page briefing and a set of difficult questions. Aisha, please draft both by Monday 7 December.',
  },
  {
    sent: '2026-11-25T14:05:00Z',
    author: 'Aisha Rahman',
    text: 'Will do. One open question: who signs off the impact assessment while the chief economist is on leave?',
  },
];

/** The demo's thread. Its title says what it is wherever an answer names its source. */
export const sampleThread: ThreadToRead = { title: 'Sample thread: launch of the clean air zones consultation', messages: posts };
