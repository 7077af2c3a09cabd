import { afterAll, describe, expect, test } from '@jest/globals';
import { heading, makeDocx, paragraph, run, table } from './make-docx.ts';
import { startReaderForTests, textsOf } from './reader-for-tests.ts';

const reader = startReaderForTests();
afterAll(() => reader.pool.close());

const numbered = (level: number): string => `<w:numPr><w:ilvl w:val="${level}"/><w:numId w:val="1"/></w:numPr>`;
const numbering = `<w:abstractNum w:abstractNumId="0">
  <w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>
  <w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1.%2"/></w:lvl>
  <w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="(%3)"/></w:lvl>
  <w:lvl w:ilvl="3"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="*"/></w:lvl>
</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>`;

describe('a Word document', () => {
  test('gives a passage for each paragraph, under the path of its headings', async () => {
    const { passages, kind, name } = await reader.file(
      'note.docx',
      makeDocx({
        body:
          heading('Costs', 1) +
          paragraph('The scheme costs £4 million.') +
          heading('Staff', 2) +
          paragraph('Two posts are needed.') +
          heading('Next steps', 1) +
          paragraph('Ministers decide.'),
      }),
    );
    expect({ kind, name }).toEqual({ kind: 'document', name: 'note.docx' });
    expect(passages).toEqual([
      { text: 'Costs', role: 'heading', locator: { paragraph: 1 } },
      { text: 'The scheme costs £4 million.', role: 'own', locator: { paragraph: 2, heading: 'Costs' } },
      { text: 'Staff', role: 'heading', locator: { paragraph: 3, heading: 'Costs' } },
      { text: 'Two posts are needed.', role: 'own', locator: { paragraph: 4, heading: 'Costs > Staff' } },
      { text: 'Next steps', role: 'heading', locator: { paragraph: 5 } },
      { text: 'Ministers decide.', role: 'own', locator: { paragraph: 6, heading: 'Next steps' } },
    ]);
  });

  test('writes the numbers that Word prints, starting again under each new paragraph', async () => {
    const body = [
      paragraph('Introduction', numbered(0)),
      paragraph('First.', numbered(1)),
      paragraph('Second.', numbered(1)),
      paragraph('', numbered(3)),
      paragraph('Purpose', numbered(0)),
      paragraph('Third.', numbered(1)),
      paragraph('a part', numbered(2)),
      paragraph('a point', numbered(3)),
      paragraph('another part', numbered(2)),
    ].join('');
    expect(textsOf(await reader.file('memo.docx', makeDocx({ body, numbering })))).toEqual([
      '1. Introduction',
      '1.1 First.',
      '1.2 Second.',
      '2. Purpose',
      '2.1 Third.',
      '(a) a part',
      'a point',
      '(b) another part',
    ]);
  });

  test('numbers headings by their style', async () => {
    const styles =
      '<w:style w:type="paragraph" w:styleId="Part"><w:name w:val="heading 1"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>';
    const body = paragraph('Scope', '<w:pStyle w:val="Part"/>') + paragraph('The rules.', numbered(1));
    expect(textsOf(await reader.file('memo.docx', makeDocx({ body, numbering, styles })))).toEqual(['1. Scope', '1.1 The rules.']);
  });

  test('reads a table by rows, each value with its heading', async () => {
    const { passages } = await reader.file(
      'table.docx',
      makeDocx({
        body: table([
          ['Option', 'Cost'],
          ['Do nothing', '£0'],
          ['Build', '£12m'],
        ]),
      }),
    );
    expect(passages.map(({ text, role }) => ({ text, role }))).toEqual([
      { text: 'Option; Cost', role: 'table' },
      { text: 'Option: Do nothing; Cost: £0', role: 'table' },
      { text: 'Option: Build; Cost: £12m', role: 'table' },
    ]);
  });

  test('takes no heading for a value where the first row holds values', async () => {
    const body = table([
      ['Start', '£120m'],
      ['Middle', '£80m'],
      ['End', '£10m'],
    ]);
    expect(textsOf(await reader.file('table.docx', makeDocx({ body })))).toEqual(['Start; £120m', 'Middle; £80m', 'End; £10m']);
  });

  test('reads text boxes and content controls, a text box once though it is written twice', async () => {
    const box = `<w:txbxContent>${paragraph('In a box')}</w:txbxContent>`;
    const body = `<w:p><w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing>${box}</w:drawing></mc:Choice><mc:Fallback><w:pict>${box}</w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p><w:sdt><w:sdtContent>${paragraph('In a control')}</w:sdtContent></w:sdt>`;
    expect(textsOf(await reader.file('form.docx', makeDocx({ body })))).toEqual(['In a box', 'In a control']);
  });

  test('gives a footnote after the paragraph that refers to it', async () => {
    const body = `<w:p>${run('Numbers rose.')}<w:r><w:footnoteReference w:id="2"/></w:r></w:p>${paragraph('They fell again.')}`;
    const { passages } = await reader.file(
      'notes.docx',
      makeDocx({ body, footnotes: `<w:footnote w:id="2">${paragraph('Source: ONS, 2025.')}</w:footnote>` }),
    );
    expect(passages.map(({ text, role }) => [role, text])).toEqual([
      ['own', 'Numbers rose.'],
      ['note', 'Source: ONS, 2025.'],
      ['own', 'They fell again.'],
    ]);
  });

  test('leaves out what nobody sees, keeps it for the marking gate, and says so', async () => {
    const body = `<w:p>${run('Seen')}${run('VANISHED', '<w:vanish/>')}${run('GHOST', '<w:rStyle w:val="Phantom"/>')}${run('WHITE', '<w:color w:val="FFFFFF"/>')}${run('TINY', '<w:sz w:val="2"/>')}<w:del w:id="1"><w:r><w:delText>STRUCK</w:delText></w:r></w:del>${run(' and kept', '<w:vanish w:val="0"/>')}</w:p>`;
    const styles =
      '<w:style w:type="character" w:styleId="Ghost"><w:rPr><w:vanish/></w:rPr></w:style><w:style w:type="character" w:styleId="Phantom"><w:basedOn w:val="Ghost"/></w:style>';
    const { passages, hiddenText, notices } = await reader.file('hidden.docx', makeDocx({ body, styles }));
    expect(passages.map((passage) => passage.text)).toEqual(['Seen and kept']);
    expect(hiddenText).toEqual(['VANISHED', 'GHOST', 'WHITE', 'TINY', 'STRUCK']);
    expect(notices.map((notice) => notice.message)).toEqual([
      expect.stringContaining('4 pieces of text that cannot be seen'),
      expect.stringContaining('tracked changes'),
    ]);
  });

  test('keeps white text where something dark may stand behind it', async () => {
    const white = '<w:color w:val="FFFFFF"/>';
    const body = `<w:tbl><w:tr><w:tc><w:p>${run('In a cell', white)}</w:p></w:tc><w:tc>${paragraph('Other')}</w:tc></w:tr></w:tbl><w:p>${run('On shading', `${white}<w:shd w:val="clear" w:fill="0B0C0C"/>`)}</w:p>`;
    const { passages, hiddenText } = await reader.file('white.docx', makeDocx({ body }));
    expect(passages.map((passage) => passage.text)).toEqual(['In a cell; Other', 'On shading']);
    expect(hiddenText).toEqual([]);
  });

  test('gives headers, watermarks and the name of a sensitivity label, where markings stand', async () => {
    const header = `${paragraph('OFFICIAL-SENSITIVE')}<w:p><w:r><w:pict><v:shape><v:textpath string="DRAFT &amp; EMBARGOED"/></v:shape></w:pict></w:r></w:p>`;
    const customProperties = '<property name="MSIP_Label_1_Name"><vt:lpwstr>Official Sensitive</vt:lpwstr></property>';
    const { passages, hiddenText } = await reader.file('marked.docx', makeDocx({ body: paragraph('Body.'), header, customProperties }));
    expect(passages.map(({ text, role, locator }) => [role, locator.heading, text])).toEqual([
      ['own', undefined, 'Body.'],
      ['note', 'Page header', 'OFFICIAL-SENSITIVE'],
      ['note', 'Watermark', 'DRAFT & EMBARGOED'],
    ]);
    expect(hiddenText).toEqual(['Official Sensitive']);
  });

  test('splits a very long paragraph at the ends of sentences, and loses no word', async () => {
    const text = Array.from({ length: 200 }, (_, index) => `Sentence number ${index} says something of its own.`).join(' ');
    const { passages } = await reader.file('long.docx', makeDocx({ body: paragraph(text) }));
    expect(passages.length).toBeGreaterThan(4);
    expect(Math.max(...passages.map((passage) => passage.text.length))).toBeLessThanOrEqual(2_000);
    expect(passages.every((passage) => passage.text.startsWith('Sentence number') && passage.text.endsWith('its own.'))).toBe(true);
    expect(passages.map((passage) => passage.text).join(' ')).toBe(text);
  });

  test('is read by its content, whatever its name and type say', async () => {
    const bytes = makeDocx({ body: paragraph('Really Word.') });
    expect(textsOf(await reader.file('report.pdf', bytes, 'application/pdf'))).toEqual(['Really Word.']);
  });

  test('without words is an empty source', async () => {
    expect(await reader.failure('blank.docx', makeDocx({ body: paragraph('') }))).toMatchObject({
      code: 'empty-source',
      message: expect.stringContaining('blank.docx'),
    });
  });
});
