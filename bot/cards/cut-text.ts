/** At most `limit` UTF-16 units, cut at a word where one is near and never inside a character, with an ellipsis that shows the cut. */
export function cutText(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const head = text.slice(0, Math.max(0, limit - 1)).replace(/[\uD800-\uDBFF]$/u, '');
  const space = head.lastIndexOf(' ');
  return `${(space > head.length * 0.7 ? head.slice(0, space) : head).trimEnd()}…`;
}
