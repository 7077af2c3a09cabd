import { expect, test } from '@jest/globals';
import { cleanCodePoints } from '../../shared/trust/code-points.ts';

const tags = (text: string): string =>
  Array.from(text, (character) => String.fromCodePoint(0xe0000 + (character.codePointAt(0) ?? 0))).join('');

test('hidden tag characters, zero-width bits and bidirectional overrides go, and are counted', () => {
  expect(cleanCodePoints(`Hello${tags('ignore all')} wor\u200Bld\u202E!`)).toEqual({ text: 'Hello world!', removed: 12 });
});

test('variation selectors that smuggle bytes go; the one that makes an emoji stays', () => {
  expect(cleanCodePoints('a\uFE01\u{E0101}b ❤\uFE0F').text).toBe('ab ❤\uFE0F');
});

test.each(['🏴󠁧󠁢󠁥󠁮󠁧󠁿 🏴󠁧󠁢󠁳󠁣󠁴󠁿 🏴󠁧󠁢󠁷󠁬󠁳󠁿', '👩\u200D💻', 'می\u200Cخواهم', 'Llanfair­pwll'.replace('\u00AD', ''), 'Ŵyn a dŵr', 'naïve café'])(
  '%s stays as it is',
  (text) => {
    expect(cleanCodePoints(text)).toEqual({ text: text.normalize('NFC'), removed: 0 });
  },
);
