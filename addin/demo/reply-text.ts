const entities: Record<string, string> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'" };

/**
 * The text of a reply's HTML. Outlook would sanitise and show any HTML; the demo reads the one form that Humphrey makes,
 * paragraphs of escaped text, and shows anything else as the characters it is.
 */
export function replyText(html: string): string {
  return html
    .replace(/^<p>|<\/p>$/g, '')
    .replaceAll('</p><p>', '\n\n')
    .replaceAll('<br>', '\n')
    .replace(/&(?:amp|lt|gt|quot|#39);/g, (entity) => entities[entity] ?? entity);
}
