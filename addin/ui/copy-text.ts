/** Puts text on the clipboard; false where neither way is allowed, and the person must do it. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch (thrown) {
    // Outlook's frame often withholds the permission; the old way needs none after a click.
    if (thrown instanceof Error) return copyBySelection(text);
    throw thrown;
  }
}

function copyBySelection(text: string): boolean {
  const focused = document.activeElement;
  const area = document.createElement('textarea');
  area.value = text;
  area.className = 'unseen';
  area.setAttribute('aria-hidden', 'true');
  document.body.append(area);
  area.select();
  // Deprecated, with no successor for frames that lack the clipboard permission.
  const page: { execCommand: (command: string) => boolean } = document;
  const copied = page.execCommand('copy');
  area.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return copied;
}
