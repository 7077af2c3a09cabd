import axe from 'axe-core';
import type { Page } from 'playwright-core';

/**
 * The faults that axe finds on a page and in its frames, each as one line; none is what a test wants.
 * axe runs from the browser's own console, which the page's Content-Security-Policy does not touch.
 */
export async function findAccessibilityFaults(page: Page): Promise<string[]> {
  const faults: string[] = [];
  for (const frame of page.frames()) {
    if (frame.url() === 'about:blank') continue;
    await frame.evaluate(axe.source);
    const found = await frame.evaluate(async (): Promise<string[]> => {
      const { axe: inPage } = window as unknown as { axe: typeof axe };
      const results = await inPage.run(document, { iframes: false });
      return results.violations.flatMap((violation) =>
        violation.nodes.map((node) => `${violation.id}: ${node.target.join(' ')} (${node.failureSummary ?? ''})`),
      );
    });
    faults.push(...found.map((fault) => `${new URL(frame.url()).pathname} ${fault}`));
  }
  return faults;
}
