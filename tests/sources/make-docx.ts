import { packZip } from '../../shared/sources/zip-directory.ts';

const W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"';
const RELATIONSHIPS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

export interface DocxParts {
  /** What stands in `w:body`. */
  body: string;
  styles?: string;
  numbering?: string;
  footnotes?: string;
  header?: string;
  customProperties?: string;
  /** Further files, such as pictures. */
  more?: { name: string; bytes: Uint8Array }[];
}

/** A Word document from its XML, with no more parts than Word needs. */
export function makeDocx({ body, styles = '', numbering = '', footnotes = '', header, customProperties, more = [] }: DocxParts): Buffer {
  const section = header === undefined ? '<w:sectPr/>' : '<w:sectPr><w:headerReference w:type="default" r:id="r5"/></w:sectPr>';
  const link = (id: string, type: string, target: string): string =>
    `<Relationship Id="${id}" Type="${RELATIONSHIPS}/${type}" Target="${target}"/>`;
  const files: [string, string][] = [
    [
      '[Content_Types].xml',
      '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
    ],
    ['_rels/.rels', relationships(link('r1', 'officeDocument', 'word/document.xml'))],
    [
      'word/document.xml',
      `<w:document ${W} xmlns:r="${RELATIONSHIPS}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><w:body>${body}${section}</w:body></w:document>`,
    ],
    [
      'word/styles.xml',
      `<w:styles ${W}><w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/></w:style><w:style w:type="paragraph" w:styleId="Heading2"><w:name w:val="heading 2"/></w:style>${styles}</w:styles>`,
    ],
    ['word/numbering.xml', `<w:numbering ${W}>${numbering}</w:numbering>`],
    ['word/footnotes.xml', `<w:footnotes ${W}>${footnotes}</w:footnotes>`],
    [
      'word/_rels/document.xml.rels',
      relationships(
        link('r2', 'styles', 'styles.xml') +
          link('r3', 'numbering', 'numbering.xml') +
          link('r4', 'footnotes', 'footnotes.xml') +
          (header === undefined ? '' : link('r5', 'header', 'header1.xml')),
      ),
    ],
  ];
  if (header !== undefined) files.push(['word/header1.xml', `<w:hdr ${W} xmlns:v="urn:schemas-microsoft-com:vml">${header}</w:hdr>`]);
  if (customProperties !== undefined) files.push(['docProps/custom.xml', `<Properties>${customProperties}</Properties>`]);
  return packZip([...files.map(([name, text]) => ({ name, bytes: Buffer.from(text) })), ...more]);
}

/** A paragraph; `properties` goes into `w:pPr`. */
export function paragraph(text: string, properties = ''): string {
  return `<w:p><w:pPr>${properties}</w:pPr>${run(text)}</w:p>`;
}

export function run(text: string, properties = ''): string {
  return `<w:r><w:rPr>${properties}</w:rPr><w:t xml:space="preserve">${text}</w:t></w:r>`;
}

export function heading(text: string, level: 1 | 2): string {
  return paragraph(text, `<w:pStyle w:val="Heading${level}"/>`);
}

export function table(rows: string[][]): string {
  return `<w:tbl>${rows.map((row) => `<w:tr>${row.map((cell) => `<w:tc>${paragraph(cell)}</w:tc>`).join('')}</w:tr>`).join('')}</w:tbl>`;
}

function relationships(links: string): string {
  return `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${links}</Relationships>`;
}
