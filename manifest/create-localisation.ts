import { createManifest, type ManifestSettings } from './app.ts';
import { listStrings } from './list-strings.ts';
import type { Words } from './locales/words.ts';

/** Microsoft's localisation schema asks for these even where both languages say the same. */
const ALWAYS_GIVEN = ['name.short', 'description.short', 'description.full'];

/**
 * A language's file of the package: Microsoft's keys to its words. It is the difference between the manifest in English
 * and in the language, so that no key can point at the wrong place.
 */
export function createLocalisation(settings: ManifestSettings, words: Words): Record<string, string> {
  const manifest = createManifest(settings);
  const english = new Map(listStrings(manifest).map(({ path, value }) => [path, value]));
  const translated = listStrings(createManifest(settings, words)).filter(
    ({ path, value }) => ALWAYS_GIVEN.includes(path) || english.get(path) !== value,
  );
  return {
    $schema: manifest.$schema.replace('MicrosoftTeams.schema.json', 'MicrosoftTeams.Localization.schema.json'),
    ...Object.fromEntries(translated.map(({ path, value }) => [path, value])),
  };
}
