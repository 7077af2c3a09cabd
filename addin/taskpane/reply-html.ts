import { escapeHtml } from '../ui/escape-html.ts';

/** Plain text as the only HTML we ever hand to Outlook: escaped text in <p>, with <br> for single line breaks. */
export function replyHtml(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .split(/\n{2,}/)
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph !== '')
    .map((paragraph) => `<p>${paragraph.split('\n').map(escapeHtml).join('<br>')}</p>`)
    .join('');
}
