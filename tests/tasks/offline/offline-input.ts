import type { Passage } from '../../../shared/passage.ts';
import type { EngineInput } from '../../../shared/ports.ts';

/** The Monday on which the tests of the offline engine run. */
export const TODAY = '2026-11-23';

/** Paragraphs of one source as passages, numbered from p1. */
export function passagesOf(texts: readonly string[], changes: Partial<Passage> = {}): Passage[] {
  return texts.map((text, at) => ({ id: `p${at + 1}`, source: 0, text, role: 'own', locator: { paragraph: at + 1 }, ...changes }));
}

/** A thread's messages as passages. */
export function messagesOf(messages: readonly (readonly [author: string, text: string])[]): Passage[] {
  return messages.map(([author, text], at) => ({ id: `p${at + 1}`, source: 0, text, role: 'own', locator: { message: at + 1, author } }));
}

export function inputOf(passages: Passage[], changes: Partial<EngineInput> = {}): EngineInput {
  return {
    instruction: '',
    passages,
    options: {},
    asker: { name: 'Sam Carter', address: 'sam.carter@dft.example' },
    today: TODAY,
    ...changes,
  };
}

/** A private secretary's mail with two requests, two questions, a promise and dates. */
export const minuteMail: readonly string[] = [
  'Hi Sam,',
  'Thank you for the note on the bus fare cap. The Minister has now read it and is minded to extend the £3 cap to 31 March 2027, subject to Treasury agreement on the £12.5m needed in 2026-27.',
  'Could you let me have revised lines to take by noon on Thursday? We also need a short annex on rural services. Priya to confirm the ridership figures with the ONS before then.',
  'Two questions from the Minister:',
  '1. What would it cost to include coaches?',
  '2. Have the devolved administrations been consulted?',
  'I will circulate a draft letter to the Chief Secretary tomorrow. It would be good to have comments by COP Friday 27 November.',
  'Happy to discuss.',
  'Kind regards,',
  'Tom Whitfield',
  'Deputy Private Secretary',
];

export function minuteMailInput(changes: Partial<EngineInput> = {}): EngineInput {
  return inputOf(passagesOf(minuteMail), {
    envelope: { from: 'Whitfield, Tom (DfT)', subject: 'RE: [OFFICIAL] Bus fare cap' },
    ...changes,
  });
}

/** Passages that no engine may stumble over, by name. */
export const oddInputs: Readonly<Record<string, Passage[]>> = {
  'nothing at all': [],
  'one sentence': passagesOf(['The review reports in the spring.']),
  'one word': passagesOf(['Thanks']),
  'only punctuation': passagesOf(['— * —', '...']),
  'only a quoted layer': passagesOf(['Could you send me the annual report by Friday?', 'It was agreed at the last board meeting.'], {
    role: 'quoted',
  }),
  'only headings': passagesOf(['1. Purpose', '2. Background'], { role: 'heading' }),
  Welsh: passagesOf([
    'Annwyl Sam,',
    'Mae’r Gweinidog wedi cytuno i ymestyn y cynllun tan fis Mawrth. A allwch chi anfon y ffigurau ataf erbyn dydd Gwener?',
    'Cofion gorau',
    'Gwen',
  ]),
  Japanese: passagesOf(['会議は来週の火曜日に行われます。資料を金曜日までに送ってください。よろしくお願いします。']),
  Arabic: passagesOf(['تمت الموافقة على التقرير. هل يمكنك إرسال الملاحظات غدا؟']),
  emoji: passagesOf(['👍🎉'.repeat(800)]),
  'no full stop for 30,000 words': passagesOf(['evidence policy transport budget minister rural '.repeat(5_000)]),
  'no space for 50,000 letters': passagesOf(['x'.repeat(50_000)]),
  'a table': passagesOf(['Region: North East; Spend: £1.2m; Buses: 412', 'Region: South West; Spend: £3.4m; Buses: 518'], {
    role: 'table',
  }),
};
