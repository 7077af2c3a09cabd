import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { bundlePage } from './page-bundle.ts';
import { pageHeaders } from './page-headers.ts';
import { OFFICE_JS, pageFiles, type PageFile } from './page-list.ts';
import { DEMO_OFFICE_JS, readOfficeJs } from './page-office-js.ts';

export interface PagesOptions {
  /** The project's folder, as a file: URL (with its last slash) or a path. */
  root: URL | string;
  /** Serves the start page and the mailbox simulator too, and office.js from npm instead of Microsoft's host. */
  demo: boolean;
}

export interface PageAnswer {
  status: 200 | 304;
  headers: Record<string, string>;
  body: Buffer | string;
}

export interface Pages {
  /** The page or asset at an address, or undefined when none is served there; 304 when `ifNoneMatch` is what it is now. */
  find: (pathname: string, ifNoneMatch?: string) => Promise<PageAnswer | undefined>;
  /** Builds everything ahead, so that the first person does not wait. */
  warm: () => Promise<void>;
}

const officeJsTag = `<script src="${OFFICE_JS}"></script>`;
const demoOfficeJsTags = `<script src="/demo/microsoft-ajax.js"></script><script src="${DEMO_OFFICE_JS}office.js"></script>`;

/** The pages of addin/, read or bundled on first use and then kept: they are part of the release and do not change while it runs. */
export function createPages(options: PagesOptions): Pages {
  const folder = typeof options.root === 'string' ? options.root : fileURLToPath(options.root);
  const answers = new Map<string, Promise<PageAnswer>>();

  async function build(page: PageFile): Promise<PageAnswer> {
    const file = `${folder.replace(/[\\/]$/, '')}/${page.file}`;
    const body = await readPage(file, page, options.demo);
    return answerOf(body, pageHeaders(page, options.demo));
  }

  function findKept(key: string, make: () => Promise<PageAnswer>): Promise<PageAnswer> {
    const kept = answers.get(key);
    if (kept) return kept;
    const made = make();
    answers.set(key, made);
    // A build that failed must be tried again, not remembered.
    made.catch(() => answers.delete(key));
    return made;
  }

  async function findWhole(pathname: string): Promise<PageAnswer | undefined> {
    const page = Object.hasOwn(pageFiles, pathname) ? pageFiles[pathname] : undefined;
    if (page) return page.demoOnly && !options.demo ? undefined : findKept(pathname, () => build(page));
    if (!options.demo || !pathname.startsWith(DEMO_OFFICE_JS)) return undefined;
    const script = await readOfficeJs(pathname);
    return script && findKept(pathname, () => Promise.resolve(answerOf(script, pageHeaders({ file: '', type: 'script' }, true))));
  }

  return {
    find: async (pathname, ifNoneMatch) => {
      const answer = await findWhole(pathname);
      return answer && answer.headers['etag'] === ifNoneMatch ? { status: 304, headers: answer.headers, body: '' } : answer;
    },
    warm: async () => {
      for (const pathname of Object.keys(pageFiles)) await findWhole(pathname);
    },
  };
}

async function readPage(file: string, page: PageFile, demo: boolean): Promise<Buffer | string> {
  if (page.type === 'script' || page.type === 'style') return bundlePage(file);
  if (page.type !== 'html') return readFile(file);
  const html = await readFile(file, 'utf8');
  return demo ? html.replace(officeJsTag, demoOfficeJsTags) : html;
}

function answerOf(body: Buffer | string, headers: Record<string, string>): PageAnswer {
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
  return { status: 200, headers: { ...headers, etag }, body };
}
