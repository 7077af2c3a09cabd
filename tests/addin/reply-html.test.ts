import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { replyText } from '../../addin/demo/reply-text.ts';
import { replyHtml } from '../../addin/taskpane/reply-html.ts';

describe('the HTML of a reply', () => {
  test('is paragraphs with line breaks, and everything else is escaped', () => {
    expect(replyHtml('Dear "Priya" & Sam,\r\n\r\n\r\n<b>5 < 6</b>\nIt\'s so.\n')).toBe(
      '<p>Dear &quot;Priya&quot; &amp; Sam,</p><p>&lt;b&gt;5 &lt; 6&lt;/b&gt;<br>It&#39;s so.</p>',
    );
  });

  test('holds no tag but p and br and no attribute, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('<', '>', '"', "'", '&', '\n', 'a', ' ', '=', '/', 'p', 'é') }), (text) => {
        expect(replyHtml(text).replace(/<\/?p>|<br>/g, '')).not.toMatch(/[<>"']/);
      }),
    );
  });

  test('is read back by the demo as the text it came from', () => {
    const text = 'OFFICIAL\n\nDear Priya,\n\n1 < 2 & "3"\nSam &amp; co';
    expect(replyText(replyHtml(text))).toBe(text);
  });
});
