import { MICROSOFT_AJAX, type PageFile } from './page-list.ts';

/** Who may show the pane in a frame: Outlook on the web in its present and former homes, and Teams. */
const frameHosts = [
  'https://*.cloud.microsoft',
  'https://outlook.office.com',
  'https://outlook.office365.com',
  'https://teams.microsoft.com',
  'https://*.teams.microsoft.com',
];

const contentTypes: Record<PageFile['type'], string> = {
  html: 'text/html; charset=utf-8',
  script: 'text/javascript; charset=utf-8',
  style: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
  word: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
};

// No `trusted-types` directive: it would forbid policies of office.js's own, and only script that script-src admits can make one.
function contentSecurityPolicy(page: PageFile, demo: boolean): string {
  const officeScripts = page.officePage ? ['https://appsforoffice.microsoft.com', ...(demo ? [] : [MICROSOFT_AJAX])] : [];
  const ancestors = [...(page.officePage ? frameHosts : []), ...(demo ? ["'self'"] : [])];
  const directives: Record<string, string[]> = {
    'default-src': ["'none'"],
    'script-src': ["'self'", ...officeScripts],
    'style-src': ["'self'"],
    'img-src': ["'self'", 'data:'],
    'connect-src': ["'self'"],
    // The demo's Outlook frames the pane, and office.js frames the page that answers whether it may trust the demo.
    'frame-src': demo ? ["'self'"] : ["'none'"],
    'frame-ancestors': ancestors.length > 0 ? ancestors : ["'none'"],
    'base-uri': ["'none'"],
    'form-action': ["'none'"],
    'object-src': ["'none'"],
    'require-trusted-types-for': ["'script'"],
  };
  return Object.entries(directives)
    .map(([name, values]) => `${name} ${values.join(' ')}`)
    .join('; ');
}

/** Headers of one page or asset. No X-Frame-Options: it knows no list of hosts, frame-ancestors does. */
export function pageHeaders(page: PageFile, demo: boolean): Record<string, string> {
  return {
    'content-type': contentTypes[page.type],
    // Checked with the server each time by ETag; never no-store, which Outlook refuses for icons.
    'cache-control': 'no-cache',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=(), clipboard-read=(), clipboard-write=(self)',
    ...(page.type === 'html' || page.type === 'svg' ? { 'content-security-policy': contentSecurityPolicy(page, demo) } : {}),
  };
}
