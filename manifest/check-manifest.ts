import { listStrings, type PlacedString } from './list-strings.ts';
import { readPngSize } from './png.ts';
import type { Icon, RibbonButton, UnifiedManifest } from './unified-manifest.ts';

/** The files beside the manifest: `packed` by their path in the package, `served` by the address the server gives them out at. */
export interface PackageFiles {
  packed: ReadonlyMap<string, Uint8Array>;
  served: ReadonlyMap<string, Uint8Array>;
}

const COLOUR_ICON_SIZE = 192;
const OUTLINE_ICON_SIZE = 32;
/** Outlook shows no button whose icons lack one of these. */
const NEEDED_RIBBON_SIZES = [16, 32, 80];

/** Microsoft's lengths in characters. The validator looks at the manifest alone; the files of the other languages have the same limits. */
const LENGTH_LIMITS: [path: RegExp, characters: number][] = [
  [/^name\.short$/, 30],
  [/^name\.full$/, 100],
  [/^description\.short$/, 80],
  [/^description\.full$/, 4_000],
  [/^developer\.name$/, 32],
  [/^bots\[\d+\]\.commandLists\[\d+\]\.commands\[\d+\]\.title$/, 128],
  [/^bots\[\d+\]\.commandLists\[\d+\]\.commands\[\d+\]\.(description|prompt)$/, 4_000],
  [/\.(groups|controls)\[\d+\]\.label$/, 64],
  [/\.supertip\.title$/, 64],
  [/\.supertip\.description$/, 250],
];

/** Addresses that a browser opens by itself: Microsoft's schema name and the developer's own pages need not be in validDomains. */
const OPENED_IN_A_BROWSER = /^(\$schema|developer\.)/;

const extensionButtons = (manifest: UnifiedManifest): RibbonButton[] =>
  manifest.extensions.flatMap(({ ribbons }) =>
    ribbons.flatMap(({ tabs }) => tabs.flatMap(({ groups }) => groups.flatMap(({ controls }) => controls))),
  );

const extensionActions = (manifest: UnifiedManifest): string[] =>
  manifest.extensions.flatMap(({ runtimes }) => runtimes.flatMap(({ actions }) => actions.map(({ id }) => id)));

function checkActions(manifest: UnifiedManifest): string[] {
  const actions = extensionActions(manifest);
  return extensionButtons(manifest)
    .filter(({ actionId }) => !actions.includes(actionId))
    .map(
      ({ id, actionId }) =>
        `The button "${id}" starts the action "${actionId}", which no runtime has. The actions are: ${actions.join(', ')}.`,
    );
}

function checkUniqueIds(manifest: UnifiedManifest): string[] {
  const kinds = {
    runtimes: manifest.extensions.flatMap(({ runtimes }) => runtimes.map(({ id }) => id)),
    actions: extensionActions(manifest),
    buttons: extensionButtons(manifest).map(({ id }) => id),
  };
  return Object.entries(kinds).flatMap(([kind, ids]) =>
    [...new Set(ids.filter((id, index) => ids.indexOf(id) !== index))].map((id) => `Two ${kind} have the id "${id}". Give each its own.`),
  );
}

function checkIcon(name: string, bytes: Uint8Array | undefined, size: number): string[] {
  if (!bytes) return [`The icon ${name} is missing. Run: node manifest/draw-icons.ts`];
  const found = readPngSize(bytes);
  if (!found) return [`The icon ${name} is not a PNG file.`];
  return found.width === size && found.height === size
    ? []
    : [`The icon ${name} is ${found.width} × ${found.height} pixels; it must be ${size} × ${size}.`];
}

function checkIcons(manifest: UnifiedManifest, { packed, served }: PackageFiles): string[] {
  const { color, outline } = manifest.icons;
  const groups = manifest.extensions.flatMap(({ ribbons }) => ribbons.flatMap(({ tabs }) => tabs.flatMap((tab) => tab.groups)));
  const owners = [...groups, ...extensionButtons(manifest)];
  const ribbonIcons = new Map<string, Icon>(
    owners.flatMap(({ icons }) => icons.map((icon): [string, Icon] => [`${icon.size} ${icon.url}`, icon])),
  );
  return [
    ...checkIcon(color, packed.get(color), COLOUR_ICON_SIZE),
    ...checkIcon(outline, packed.get(outline), OUTLINE_ICON_SIZE),
    ...[...ribbonIcons.values()].flatMap(({ url, size }) => checkIcon(url, served.get(url), size)),
    ...owners.flatMap(({ id, icons }) =>
      NEEDED_RIBBON_SIZES.filter((size) => !icons.some((icon) => icon.size === size)).map(
        (size) => `"${id}" has no icon of ${size} pixels, which Outlook needs.`,
      ),
    ),
  ];
}

function isInside(host: string, domain: string): boolean {
  return domain.startsWith('*.') ? host.endsWith(domain.slice(1)) : host === domain;
}

function checkAddresses(manifest: UnifiedManifest): string[] {
  return listStrings(manifest)
    .filter(({ path, value }) => /^https?:/i.test(value) && !OPENED_IN_A_BROWSER.test(path))
    .flatMap(({ path, value }) => {
      const url = URL.parse(value);
      if (!url) return [`${path} is not an address: ${value}`];
      if (url.protocol !== 'https:') return [`${path} must begin with https: ${value}`];
      return manifest.validDomains.some((domain) => isInside(url.host, domain))
        ? []
        : [`${path} is at ${url.host}, which is not in validDomains (${manifest.validDomains.join(', ')}).`];
    });
}

function checkBotIds(manifest: UnifiedManifest): string[] {
  const entraId = manifest.webApplicationInfo.id;
  return [
    ...manifest.bots
      .filter(({ botId }) => botId !== entraId)
      .map(
        ({ botId }) =>
          `The bot is ${botId}, but webApplicationInfo names ${entraId}. They must be the same, or the bot cannot read the threads that Teams lets the app read.`,
      ),
    ...(manifest.webApplicationInfo.resource.endsWith(entraId)
      ? []
      : [`webApplicationInfo.resource must end with ${entraId}; it is ${manifest.webApplicationInfo.resource}.`]),
  ];
}

function checkVersion(version: string): string[] {
  return /^[1-9]\d*\.\d+\.\d+$/.test(version)
    ? []
    : [`The version is ${version}. It must be three numbers, 1.0.0 or above: Microsoft refuses less.`];
}

function checkLengths(strings: PlacedString[], file: string): string[] {
  return strings.flatMap(({ path, value }) =>
    LENGTH_LIMITS.filter(([pattern, characters]) => pattern.test(path) && value.length > characters).map(
      ([, characters]) => `${path} in ${file} has ${value.length} characters; ${characters} are allowed.`,
    ),
  );
}

function checkTranslation(file: string, bytes: Uint8Array | undefined, paths: Set<string>): string[] {
  if (!bytes) return [`The file ${file} of localizationInfo is missing.`];
  const words = Object.entries(JSON.parse(Buffer.from(bytes).toString('utf8')) as Record<string, string>).filter(
    ([path]) => path !== '$schema',
  );
  return [
    ...words.filter(([path]) => !paths.has(path)).map(([path]) => `${file} translates ${path}, which the manifest does not have.`),
    ...checkLengths(
      words.map(([path, value]) => ({ path, value })),
      file,
    ),
  ];
}

/**
 * What Microsoft's validator misses, as sentences for the person who makes the package; empty when all is well.
 * The manifest must already have passed the schema.
 */
export function checkManifest(manifest: UnifiedManifest, files: PackageFiles): string[] {
  const strings = listStrings(manifest);
  const paths = new Set(strings.map(({ path }) => path));
  return [
    ...checkActions(manifest),
    ...checkUniqueIds(manifest),
    ...checkIcons(manifest, files),
    ...checkAddresses(manifest),
    ...checkBotIds(manifest),
    ...checkVersion(manifest.version),
    ...checkLengths(strings, 'manifest.json'),
    ...manifest.localizationInfo.additionalLanguages.flatMap(({ file }) => checkTranslation(file, files.packed.get(file), paths)),
  ];
}
