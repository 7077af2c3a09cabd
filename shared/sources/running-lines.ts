import type { OfficeContentNode } from 'officeparser';

/** Blocks at the head and foot of a page that may repeat from page to page. */
const BLOCKS_AT_EDGE = 2;
/** Repeated on this many pages, and on this share of them, a line is the document's frame and not its text. */
const MIN_PAGES = 3;
const MIN_SHARE = 0.3;
const MAX_LENGTH = 150;
const PAGE_NUMBER = /^[\s|–—-]*(?:page|tudalen)?\s*\d{1,4}\s*(?:(?:of|o|\/)\s*\d{1,4})?[\s|–—-]*$/i;

/**
 * Takes page numbers and repeated headers and footers out of the pages and gives each once. officeparser finds those
 * in the margin of tagged files; most published PDFs print them inside the text area.
 */
export function takeRunningLines(pages: OfficeContentNode[]): string[] {
  const seen = new Map<string, Set<OfficeContentNode>>();
  for (const page of pages) {
    for (const block of edgeBlocks(page)) {
      const key = keyOf(block);
      if (key !== '') seen.set(key, (seen.get(key) ?? new Set()).add(page));
    }
  }
  const repeated = new Set([...seen].filter(([, on]) => on.size >= MIN_PAGES && on.size >= pages.length * MIN_SHARE).map(([key]) => key));
  const taken = new Map<string, string>();
  for (const page of pages) {
    const edges = new Set(edgeBlocks(page));
    page.children = (page.children ?? []).filter((block) => {
      if (!edges.has(block)) return true;
      const text = (block.text ?? '').trim();
      if (PAGE_NUMBER.test(text)) return false;
      if (!repeated.has(keyOf(block))) return true;
      taken.set(keyOf(block), text);
      return false;
    });
  }
  return [...taken.values()];
}

function edgeBlocks(page: OfficeContentNode): OfficeContentNode[] {
  const blocks = (page.children ?? []).filter((block) => block.type === 'paragraph' || block.type === 'heading');
  return blocks.length <= BLOCKS_AT_EDGE * 2 ? blocks : [...blocks.slice(0, BLOCKS_AT_EDGE), ...blocks.slice(-BLOCKS_AT_EDGE)];
}

/** The text without its numbers: "Page 3 of 9" and "Page 4 of 9" are one line. */
function keyOf(block: OfficeContentNode): string {
  const text = (block.text ?? '').trim();
  return text.length > MAX_LENGTH ? '' : text.replace(/\d+/g, '#').replace(/\s+/g, ' ').toLowerCase();
}
