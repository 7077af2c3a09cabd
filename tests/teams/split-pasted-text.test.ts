import { describe, expect, test } from '@jest/globals';
import { readsLikeRequest, splitPastedText } from '../../bot/teams/split-pasted-text.ts';

const paper = Array.from({ length: 12 }, (_, index) => `Finding ${index + 1}: the board agreed to review the grant scheme in spring.`).join(
  '\n',
);
const onePassage = paper.replaceAll('\n', ' ');
const mail =
  'From: Helen Marsh\nSent: 20 November 2026 09:00\nTo: Priya Shah\nSubject: Launch\n\nPriya, could you send me the plan by Friday? Thanks, Helen';

describe('splitting what is asked from what is pasted', () => {
  test('a short message is all request', () => {
    expect(splitPastedText('Draft a reply that thanks them and says we will come back by Friday.')).toEqual({
      instruction: 'Draft a reply that thanks them and says we will come back by Friday.',
    });
  });

  test('a request line, then a text', () => {
    expect(splitPastedText(`Please summarise this for the Minister\n${paper}`)).toEqual({
      instruction: 'Please summarise this for the Minister',
      material: paper,
    });
  });

  test('a request and a colon, then a text in the same line', () => {
    expect(splitPastedText(`Summarise this: ${onePassage}`)).toEqual({ instruction: 'Summarise this', material: onePassage });
  });

  test('a request sentence at the start of a long message', () => {
    expect(splitPastedText(`Can you pull out the actions? ${onePassage}`)).toEqual({
      instruction: 'Can you pull out the actions?',
      material: onePassage,
    });
  });

  test('a text, then a request in the last line', () => {
    expect(splitPastedText(`${paper}\n\nwhat are the key points?`)).toEqual({ instruction: 'what are the key points?', material: paper });
  });

  test('a forwarded mail below a line of request, however short the mail', () => {
    expect(splitPastedText(`draft a reply accepting\n\n${mail}`)).toEqual({ instruction: 'draft a reply accepting', material: mail });
  });

  test('a reply with the quoted mail below it', () => {
    const quoted = `On Monday 23 November 2026 Helen Marsh wrote:\n> Could you send me the plan by Friday?`;
    expect(splitPastedText(`Answer this one\n${quoted}`)).toEqual({ instruction: 'Answer this one', material: quoted });
  });

  test('a long text without a request is all material', () => {
    expect(splitPastedText(paper)).toEqual({ instruction: '', material: paper });
  });

  test('a text whose first line only names it stays whole', () => {
    const named = `Minutes of the grants board\n${paper}`;
    expect(splitPastedText(named)).toEqual({ instruction: '', material: named });
  });

  test('the colon of a time or an address does not split', () => {
    const text = 'Draft a reply: say that 10:30 suits us';
    expect(splitPastedText(text)).toEqual({ instruction: text });
  });

  test('nothing is lost: request and material together hold every word', () => {
    for (const text of [`Summarise this: ${onePassage}`, `${paper}\nsummarise it`, `answer\n${mail}`, paper]) {
      const { instruction, material = '' } = splitPastedText(text);
      const words = `${instruction} ${material}`.match(/\p{L}+/gu) ?? [];
      expect([...words].sort()).toEqual([...(text.match(/\p{L}+/gu) ?? [])].sort());
    }
  });

  test.each(['hi ', 'please, ', '> ', 'On ', '\n', 'a: ', 'humphrey\u00a0'])('200,000 characters of %j do not hang it', (piece) => {
    const { instruction, material = '' } = splitPastedText(piece.repeat(200_000 / piece.length));
    expect(instruction.length + material.length).toBeLessThanOrEqual(200_000);
  });
});

describe('telling a request from information', () => {
  test.each([
    'summarise this thread',
    'Can you draft a note?',
    'who signs it off?',
    'hi Humphrey, please list the actions',
    'The date is fixed, is it?',
  ])('"%s" asks', (text) => {
    expect(readsLikeRequest(text)).toBe(true);
  });
  test.each(['The Minister now wants 9 December', 'FYI legal have cleared it', 'Thanks everyone'])('"%s" tells', (text) => {
    expect(readsLikeRequest(text)).toBe(false);
  });
});

test('after "Summarise this:" a short text is the material too', () => {
  expect(splitPastedText('Summarise: Please send it to Ann by Friday.')).toEqual({
    instruction: 'Summarise',
    material: 'Please send it to Ann by Friday.',
  });
});
