const TITLE = /^(?:mr|mrs|ms|miss|mx|dr|sir|dame|lord|lady|professor|prof)\.? /u;

/** Whether `name`, as a source writes it, means this person: full name, first name, title and surname, or address. */
export function isSamePerson(name: string, person: { name?: string; address?: string }): boolean {
  const wanted = name.trim().toLowerCase();
  if (wanted === '') return false;
  if (wanted === 'you' || wanted === person.address?.toLowerCase()) return true;
  const own = person.name?.trim().toLowerCase().split(/\s+/u) ?? [];
  if (own.length === 0) return false;
  return wanted === own.join(' ') || wanted === own[0] || (TITLE.test(wanted) && wanted.replace(TITLE, '') === own.at(-1));
}
