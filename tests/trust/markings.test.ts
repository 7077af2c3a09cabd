import { describe, expect, test } from '@jest/globals';
import { HumphreyError } from '../../shared/errors.ts';
import { findMarkingInName, findMarkingInText, highestMarking, refuseAboveOfficial, toMarking } from '../../shared/trust/markings.ts';

describe('a marking in a subject or file name', () => {
  test.each([
    ['SECRET: brief', 'SECRET'],
    ['RE: FW: [EXTERNAL] SECRET - annex', 'SECRET'],
    ['UK TOP SECRET: plan', 'TOP SECRET'],
    ['TOP SECRET', 'TOP SECRET'],
    ['SECRET_annex_B.docx', 'SECRET'],
    ['Top Secret: plan', 'TOP SECRET'],
    ['S E C R E T: plan', 'SECRET'],
    ['SEC\u200BRET: plan', 'SECRET'],
    ['NATO RESTRICTED: agenda', 'FOREIGN'],
  ])('%s is above OFFICIAL (%s) and refused', (name, tier) => {
    expect(findMarkingInName(name).tier).toBe(tier);
    expect(() => refuseAboveOfficial(findMarkingInName(name))).toThrow(HumphreyError);
  });

  test.each([
    'Secret Santa on Friday',
    'SECRET SANTA ON FRIDAY',
    'Top secrets of good drafting',
    'The secret of a good brief',
    'secretariat meeting',
    'SECRETARY OF STATE VISIT',
    'Official Statistics release',
    '',
  ])('%s is no marking and is not refused', (name) => {
    expect(() => refuseAboveOfficial(findMarkingInName(name))).not.toThrow();
    expect(findMarkingInName(name).tier).toBe('none');
  });

  test('OFFICIAL-SENSITIVE is read with its handling instruction and descriptor', () => {
    expect(toMarking(findMarkingInName('OFFICIAL-SENSITIVE - HMG USE ONLY - LEGAL PROFESSIONAL PRIVILEGE: advice')).text).toBe(
      'OFFICIAL-SENSITIVE - HMG USE ONLY - LEGAL PROFESSIONAL PRIVILEGE',
    );
    expect(findMarkingInName('Official-Sensitive [COMMERCIAL] bids')).toMatchObject({
      tier: 'OFFICIAL',
      sensitive: true,
      descriptors: ['COMMERCIAL'],
    });
    expect(findMarkingInName('OFFICIAL: commercial update').descriptors).toEqual([]);
  });
});

describe('a marking in a text', () => {
  test.each([
    'SECRET',
    'Classification: SECRET',
    '  [TOP SECRET - UK EYES ONLY]  ',
    '> UK SECRET',
    'Subject: SECRET: annex',
    '**SECRET**',
    'Top Secret',
  ])('the line "%s" is refused', (line) => {
    expect(() => refuseAboveOfficial(findMarkingInText(`Hello\n\n${line}\n\nthe plan is attached`))).toThrow(/SECRET/u);
  });

  test.each([
    'It is no secret that the team is small.',
    'The guidance explains OFFICIAL, SECRET and TOP SECRET.',
    'We keep secrets.',
    'Official: yes',
  ])('the line "%s" is not', (line) => {
    expect(() => refuseAboveOfficial(findMarkingInText(`Hello\n${line}`))).not.toThrow();
  });

  test('UK EYES ONLY is refused, and the sentence names no word of the source', () => {
    const refuse = (): void => {
      refuseAboveOfficial(findMarkingInText('OFFICIAL-SENSITIVE UK EYES ONLY\nthe codename is blue'));
    };
    expect(refuse).toThrow(/UK EYES ONLY/u);
    expect(refuse).not.toThrow(/blue/u);
  });
});

test('of several markings the highest tier wins and the details are joined', () => {
  const joined = highestMarking([
    findMarkingInName('OFFICIAL: a'),
    findMarkingInName('OFFICIAL-SENSITIVE COMMERCIAL: b'),
    findMarkingInName('hello'),
  ]);
  expect(joined).toMatchObject({ tier: 'OFFICIAL', sensitive: true, descriptors: ['COMMERCIAL'] });
  expect(toMarking(highestMarking([])).text).toBe('OFFICIAL');
});
