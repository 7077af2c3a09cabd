import { describe, expect, test } from '@jest/globals';
import { readVisibleHtml } from '../../shared/sources/html-visible-text.ts';

const texts = (html: string): string[] => readVisibleHtml(html).blocks.map((block) => block.text);

describe('the visible text of HTML', () => {
  test('comes in blocks, with line breaks kept and blanks folded', () => {
    expect(texts('<h1>Title</h1><p>One   two<br>three&nbsp;four</p><div>Five <b>six</b></div>seven')).toEqual([
      'Title',
      'One two\nthree four',
      'Five six',
      'seven',
    ]);
  });

  test('knows headings, list items with their numbers, and quotations', () => {
    const { blocks } = readVisibleHtml(
      '<h2>Plan</h2><ol start=3><li>Ask<li><p>Wait</p></ol><ul><li>Or not</ul><blockquote type=cite>They said</blockquote>',
    );
    expect(blocks.map(({ text, kind, level, quoteDepth }) => ({ text, kind, level, quoteDepth }))).toEqual([
      { text: 'Plan', kind: 'heading', level: 2, quoteDepth: 0 },
      { text: '3. Ask', kind: 'list', level: 0, quoteDepth: 0 },
      { text: '4. Wait', kind: 'list', level: 0, quoteDepth: 0 },
      { text: 'Or not', kind: 'list', level: 0, quoteDepth: 0 },
      { text: 'They said', kind: 'text', level: 0, quoteDepth: 1 },
    ]);
  });

  test('reads a table of data by rows under its headings', () => {
    expect(
      texts('<table><tr><th>Region</th><th>2024</th></tr><tr><td>Wales</td><td>12</td></tr><tr><th>England</th><td>90</td></tr></table>'),
    ).toEqual(['Region; 2024', 'Region: Wales; 2024: 12', 'Region: England; 2024: 90']);
  });

  test('reads a table that only lays out the page cell by cell', () => {
    expect(texts('<table><tr><td><table><tr><td>Left</td></tr></table></td><td>Right<p>below</p></td></tr></table>')).toEqual([
      'Left',
      'Right',
      'below',
    ]);
  });

  test('trusts no heading where a cell spans rows', () => {
    expect(texts('<table><tr><th>A</th><th>B</th></tr><tr><td rowspan=2>1</td><td>2</td></tr><tr><td>3</td></tr></table>')).toEqual([
      'A',
      'B',
      '1',
      '2',
      '3',
    ]);
  });

  const HIDDEN: [string, string][] = [
    ['display none', '<p style="display:none">X</p>'],
    ['display none in capitals', '<P STYLE="DISPLAY : NONE">X</P>'],
    ['display none with a comment inside', '<p style="display:/**/none">X</p>'],
    ['display none, escaped', '<p style="display:n\\6f ne">X</p>'],
    ['visibility hidden', '<span style="visibility:hidden">X</span>'],
    ['font size nought', '<span style="font-size:0">X</span>'],
    ['font size 2 pixels', '<span style="font-size:2px">X</span>'],
    ['font size by the shorthand', '<span style="font:0/0 a">X</span>'],
    ['opacity nought', '<div style="opacity:0"><p>X</p></div>'],
    ['opacity by a filter', '<p style="filter:opacity(0)">X</p>'],
    ['mso-hide', '<span style="mso-hide:all">X</span>'],
    ['the hidden attribute', '<div hidden><b>X</b></div>'],
    ['white on the page', '<font color="#ffffff">X</font>'],
    ['nearly white on the page', '<span style="color:rgb(254,254,254)">X</span>'],
    ['white by hue', '<span style="color:hsl(200,50%,100%)">X</span>'],
    ['inherited white', '<div style="color:white"><p><i>X</i></p></div>'],
    ['the colour of its cell', '<table><tr><td bgcolor="#0b0c0c"><font color="#0b0c0c">X</font></td></tr></table>'],
    ['transparent', '<span style="color:transparent">X</span>'],
    ['off the page', '<div style="position:absolute;left:-9999px">X</div>'],
    ['indented off the page', '<p style="text-indent:-9999px">X</p>'],
    ['no height', '<div style="height:0;overflow:hidden">X</div>'],
    ['no maximum height', '<div style="max-height:0px;overflow-y:hidden">X</div>'],
    ['clipped to nothing', '<p style="position:absolute;clip:rect(0 0 0 0)">X</p>'],
    ['scaled to nothing', '<p style="transform:scale(0)">X</p>'],
    ['a class', '<style>.h{display:none}</style><p class="a h">X</p>'],
    ['an id in a media rule', '<style>@media all{#y{font-size:0}}</style><p id=y>X</p>'],
    ['a descendant', '<style>div.a p span{visibility:hidden}</style><div class=a><p><span>X</span></p></div>'],
    ['an attribute', '<style>[data-x]{display:none}</style><p data-x>X</p>'],
    ['an important rule over an inline style', '<style>.h{display:none!important}</style><p class=h style="display:block">X</p>'],
    ['closed details', '<details><summary>more</summary>X<p>X</p></details>'],
  ];
  test.each(HIDDEN)('leaves out text hidden by %s, and reports it', (_how, html) => {
    const { blocks, hidden } = readVisibleHtml(`<p>Seen</p>${html}<p>after</p>`);
    expect(blocks.map((block) => block.text).join(' ')).toMatch(/^Seen( more)? after$/);
    expect(hidden.join(' ')).toMatch(/^X( X)?$/);
  });

  test.each([
    ['small print', '<p style="font-size:8px">X</p>'],
    ['white on a dark band', '<div style="background:#0b0c0c"><span style="color:#fff">X</span></div>'],
    ['white on a picture', '<div style="background-image:url(a.png)"><span style="color:#fff">X</span></div>'],
    ['a scrolling box', '<div style="max-height:200px;overflow:auto">X</div>'],
    ['aria-hidden', '<p aria-hidden="true">X</p>'],
    ['a rule for narrow screens', '<style>@media (max-width:600px){.h{display:none}}</style><p class=h>X</p>'],
    ['a rule for print', '<style>@media print{.h{display:none}}</style><p class=h>X</p>'],
    ['a rule that another takes back', '<style>.h{display:none}#k{display:block}</style><p class=h id=k>X</p>'],
    ['visible inside hidden', '<div style="visibility:hidden"><p style="visibility:visible">X</p></div>'],
    ['open details', '<details open><summary>more</summary>X</details>'],
  ])('keeps %s', (_what, html) => {
    const { blocks, hidden } = readVisibleHtml(html);
    expect(blocks.map((block) => block.text)).toContain('X');
    expect(hidden).toEqual([]);
  });

  test.each([
    '<script>X</script>',
    '<style>X</style>',
    '<template>X</template>',
    '<noscript>X</noscript>',
    '<!-- X -->',
    '<!--[if mso]><p>X</p><![endif]-->',
    '<img alt="X">',
    '<p title="X"></p>',
    '<input value="X">',
    '<title>X</title>',
  ])('takes nothing from %s', (html) => {
    expect(readVisibleHtml(`<p>Seen</p>${html}`)).toMatchObject({ blocks: [{ text: 'Seen' }], hidden: [] });
  });

  test('counts each hidden place once, and invisible filler not at all', () => {
    const { hidden } = readVisibleHtml(
      '<div style="display:none">One <b>place</b></div><p>a</p><div style="display:none">&zwnj;&nbsp;&#847;</div><p>b</p><span style="font-size:0">another</span>',
    );
    expect(hidden).toEqual(['One place', 'another']);
  });

  test.each(['div', 'span', 'b', 'table><tr><td'])('walks 20,000 nested <%s> without overflow', (tag) => {
    expect(texts(`${`<${tag}>`.repeat(20_000)}deep`)).toEqual(['deep']);
  });
});
