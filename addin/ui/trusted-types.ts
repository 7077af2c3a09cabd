// Runs before any other script of a page. With `require-trusted-types-for 'script'` each string on its way to becoming
// markup or script passes here: script addresses of our own origin and of office.js pass, everything else is refused.
const ownOrigin = window.location.origin;
const OFFICE_JS_FOLDER = 'https://appsforoffice.microsoft.com/lib/1/hosted/';
const MICROSOFT_AJAX = 'https://ajax.aspnetcdn.com/ajax/3.5/MicrosoftAjax.js';

interface PolicyRules {
  createScriptURL: (address: string) => string;
  createHTML: () => null;
  createScript: () => null;
}

/** Absent in browsers without Trusted Types, where the Content-Security-Policy alone decides. */
declare const trustedTypes: { createPolicy: (name: string, rules: PolicyRules) => unknown } | undefined;

function admitScript(address: string): string {
  const url = new URL(address, window.location.href);
  if (url.origin === ownOrigin || url.href.startsWith(OFFICE_JS_FOLDER) || url.href === MICROSOFT_AJAX) return url.href;
  throw new TypeError(`Humphrey loads no script from ${url.origin}.`);
}

if (typeof trustedTypes !== 'undefined') {
  trustedTypes.createPolicy('default', { createScriptURL: admitScript, createHTML: () => null, createScript: () => null });
}
