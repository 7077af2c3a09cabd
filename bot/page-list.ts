/** Where Outlook pages get office.js from; Microsoft supports no other copy (facts in the README). */
export const OFFICE_JS = 'https://appsforoffice.microsoft.com/lib/1/hosted/office.js';
/** office.js for Outlook asks for this one file besides its own folder. */
export const MICROSOFT_AJAX = 'https://ajax.aspnetcdn.com/ajax/3.5/MicrosoftAjax.js';

export interface PageFile {
  /** From the project's root. */
  file: string;
  type: 'html' | 'script' | 'style' | 'svg' | 'png' | 'word';
  /** Needs the mailbox simulator: never served outside the demo. */
  demoOnly?: true;
  /** Loads office.js, so it may be framed by Outlook and needs Microsoft's script host. */
  officePage?: true;
}

/** Every address that pages are served under, apart from the demo's copy of office.js. */
export const pageFiles: Record<string, PageFile> = {
  '/taskpane.html': { file: 'addin/taskpane/taskpane.html', type: 'html', officePage: true },
  '/assets/taskpane.js': { file: 'addin/taskpane/taskpane.tsx', type: 'script' },
  '/assets/trusted-types.js': { file: 'addin/ui/trusted-types.ts', type: 'script' },
  '/assets/humphrey.css': { file: 'addin/ui/humphrey.css', type: 'style' },
  '/assets/humphrey.svg': { file: 'addin/ui/humphrey.svg', type: 'svg' },
  // The ribbon's icons, which Outlook fetches by the addresses in the manifest.
  '/assets/icons/humphrey-16.png': { file: 'manifest/icons/humphrey-16.png', type: 'png' },
  '/assets/icons/humphrey-32.png': { file: 'manifest/icons/humphrey-32.png', type: 'png' },
  '/assets/icons/humphrey-80.png': { file: 'manifest/icons/humphrey-80.png', type: 'png' },
  '/assets/icons/summarise-16.png': { file: 'manifest/icons/summarise-16.png', type: 'png' },
  '/assets/icons/summarise-32.png': { file: 'manifest/icons/summarise-32.png', type: 'png' },
  '/assets/icons/summarise-80.png': { file: 'manifest/icons/summarise-80.png', type: 'png' },
  '/assets/icons/draft-reply-16.png': { file: 'manifest/icons/draft-reply-16.png', type: 'png' },
  '/assets/icons/draft-reply-32.png': { file: 'manifest/icons/draft-reply-32.png', type: 'png' },
  '/assets/icons/draft-reply-80.png': { file: 'manifest/icons/draft-reply-80.png', type: 'png' },
  '/': { file: 'addin/demo/start.html', type: 'html', demoOnly: true },
  '/demo/start.js': { file: 'addin/demo/start.tsx', type: 'script', demoOnly: true },
  '/demo/demo.css': { file: 'addin/demo/demo.css', type: 'style', demoOnly: true },
  '/demo/outlook': { file: 'addin/demo/outlook.html', type: 'html', demoOnly: true },
  '/demo/outlook.js': { file: 'addin/demo/outlook.tsx', type: 'script', demoOnly: true },
  '/demo/microsoft-ajax.js': { file: 'addin/demo/microsoft-ajax.ts', type: 'script', demoOnly: true },
  '/demo/briefing-note.docx': { file: 'addin/demo/briefing-note.docx', type: 'word', demoOnly: true },
  // office.js asks its own folder whether a host that is not https may be trusted; the demo answers for itself.
  '/demo/office-js/AgaveErrorUX/index.html': { file: 'addin/demo/host-trust.html', type: 'html', demoOnly: true },
  '/demo/host-trust.js': { file: 'addin/demo/host-trust.ts', type: 'script', demoOnly: true },
};
