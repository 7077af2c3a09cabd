const LABEL = /MSIP_Label_([0-9a-f-]{36})_(Enabled|Name)=([^;\r\n]*)/giu;
/** Characters of headers that are looked through: labels stand among the first, and headers are capped where they are parsed. */
const MAX_HEADER_CHARACTERS = 200_000;

/** The names of the sensitivity labels that are switched on in a mail's internet headers. */
export function labelNamesIn(headers: string | undefined): string[] {
  const labels = new Map<string, { enabled?: boolean; name?: string }>();
  // Long headers are folded over lines that begin with white space.
  const unfolded = (headers ?? '').slice(0, MAX_HEADER_CHARACTERS).replace(/\r?\n[ \t]+/gu, ' ');
  for (const [, id = '', field = '', value = ''] of unfolded.matchAll(LABEL)) {
    const label = labels.get(id) ?? {};
    labels.set(
      id,
      field.toLowerCase() === 'name' ? { ...label, name: value.trim() } : { ...label, enabled: /^true$/iu.test(value.trim()) },
    );
  }
  return [...labels.values()].flatMap(({ enabled, name }) => (enabled === false || name === undefined ? [] : [name]));
}
