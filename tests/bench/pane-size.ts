import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { bundlePage } from '../../bot/page-bundle.ts';

/** What the pane loads of our own, with Preact inside; office.js is Microsoft's and the same for every add-in. */
const files = ['addin/taskpane/taskpane.tsx', 'addin/ui/trusted-types.ts', 'addin/ui/humphrey.css'];

/** Bytes that a person's computer downloads to open the pane the first time. */
export async function paneSize(): Promise<{ gzipBytes: number }> {
  let gzipBytes = 0;
  for (const file of files) {
    const text = await bundlePage(fileURLToPath(new URL(`../../${file}`, import.meta.url)));
    gzipBytes += gzipSync(text, { level: 9 }).byteLength;
  }
  return { gzipBytes };
}
