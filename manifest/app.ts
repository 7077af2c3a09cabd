import { englishWords } from './locales/english-words.ts';
import type { Button, Command, Words } from './locales/words.ts';
import { welshWords } from './locales/welsh-words.ts';
import type { BotCommand, Icon, Ribbon, RibbonButton, Runtime, UnifiedManifest } from './unified-manifest.ts';

/** What differs from one department's Humphrey to the next. */
export interface ManifestSettings {
  /** The package's own id, a UUID; the same for every version, or Teams sees another app. */
  appId: string;
  /** The bot's Microsoft Entra app id: MICROSOFT_APP_ID of the server. */
  botId: string;
  /** Where the server is reached, https, without a path: `https://humphrey.example.gov.uk`. */
  origin: string;
  /** Three numbers, 1.0.0 or above; goes up with every upload. */
  version: string;
  developer: { name: string; websiteUrl: string; privacyUrl: string; termsOfUseUrl: string };
}

/** The newest schema but one: what has been out longest in the tenants that still has prompts in commands (1.27). */
const SCHEMA_VERSION = '1.29';
/** Mailbox 1.5 is the oldest with a pane that stays open, and what each supported client has; the pane asks for the rest at run time. */
const OLDEST_MAILBOX = '1.5';
/** The sizes that Outlook requires. */
const RIBBON_ICON_SIZES = [16, 32, 80];
const PANE_PAGE = '/taskpane.html';
/** Where the server gives out manifest/icons/. */
export const ICON_PATH = '/assets/icons/';

/** The languages beside English, each with its file in the package. */
export const translations = [{ languageTag: 'cy', file: 'cy.json', words: welshWords }];

/** One view of the pane: Outlook allows one page to a runtime, so each view is a runtime with its own address. */
function paneRuntime(origin: string, view: string, query: string): Runtime {
  return {
    id: `pane-${view}`,
    type: 'general',
    code: { page: `${origin}${PANE_PAGE}${query}` },
    lifetime: 'short',
    actions: [{ id: view, type: 'openPage', view, pinnable: true }],
  };
}

function ribbonIcons(origin: string, name: string): Icon[] {
  return RIBBON_ICON_SIZES.map((size) => ({ size, url: `${origin}${ICON_PATH}${name}-${size}.png` }));
}

interface RibbonPlace {
  origin: string;
  /** Begins the ids of a group's buttons, which are unique in the whole app. */
  place: 'read' | 'compose';
  groupLabel: string;
  buttons: { actionId: string; icon: string; words: Button }[];
}

function ribbon({ origin, place, groupLabel, buttons }: RibbonPlace): Ribbon {
  const controls = buttons.map(({ actionId, icon, words }): RibbonButton => ({
    id: `${place}-${actionId}`,
    type: 'button',
    label: words.label,
    icons: ribbonIcons(origin, icon),
    supertip: { title: words.label, description: words.tip },
    actionId,
  }));
  return {
    contexts: [place === 'read' ? 'mailRead' : 'mailCompose'],
    tabs: [
      {
        builtInTabId: 'TabDefault',
        groups: [{ id: `${place}-group`, label: groupLabel, icons: ribbonIcons(origin, 'humphrey'), controls }],
      },
    ],
  };
}

function ribbons(origin: string, words: Words['ribbon']): Ribbon[] {
  return [
    ribbon({
      origin,
      place: 'read',
      groupLabel: words.group,
      buttons: [
        { actionId: 'summarise', icon: 'summarise', words: words.summarise },
        { actionId: 'draft-reply', icon: 'draft-reply', words: words.draftReply },
        { actionId: 'open', icon: 'humphrey', words: words.openBesideMail },
      ],
    }),
    ribbon({
      origin,
      place: 'compose',
      groupLabel: words.group,
      buttons: [{ actionId: 'open', icon: 'humphrey', words: words.openBesideDraft }],
    }),
  ];
}

const asPrompts = (commands: Command[]): BotCommand[] => commands.map((command) => ({ ...command, type: 'prompt' }));

/**
 * Teams grants ChannelMessage.Read.Group when a team's owner adds Humphrey: with it the bot reads the thread it is
 * mentioned in. Outlook: reading the open email and opening a reply need no more than MailboxItem.Read.User.
 */
const permissions: UnifiedManifest['authorization'] = {
  permissions: {
    resourceSpecific: [
      { name: 'ChannelMessage.Read.Group', type: 'Application' },
      { name: 'MailboxItem.Read.User', type: 'Delegated' },
    ],
  },
};

function bot(botId: string, words: Words): UnifiedManifest['bots'][number] {
  return {
    botId,
    scopes: ['personal', 'team', 'groupChat'],
    supportsFiles: true,
    commandLists: [
      { scopes: ['personal'], commands: asPrompts(words.personalCommands) },
      { scopes: ['team'], commands: asPrompts(words.teamCommands) },
      { scopes: ['groupChat'], commands: asPrompts(words.groupChatCommands) },
    ],
  };
}

/** The unified manifest: the bot in Teams, and the pane with both ribbons in Outlook on the web and on Windows. */
export function createManifest(settings: ManifestSettings, words: Words = englishWords): UnifiedManifest {
  const { appId, botId, origin, version, developer } = settings;
  const { host } = new URL(origin);
  return {
    $schema: `https://developer.microsoft.com/json-schemas/teams/v${SCHEMA_VERSION}/MicrosoftTeams.schema.json`,
    manifestVersion: SCHEMA_VERSION,
    version,
    id: appId,
    localizationInfo: {
      defaultLanguageTag: 'en',
      additionalLanguages: translations.map(({ languageTag, file }) => ({ languageTag, file })),
    },
    developer,
    name: { short: words.shortName, full: words.fullName },
    description: { short: words.shortDescription, full: words.fullDescription },
    icons: { color: 'icons/colour-192.png', outline: 'icons/outline-32.png' },
    accentColor: '#0F6CBD',
    defaultInstallScope: 'personal',
    defaultGroupCapability: { team: 'bot', groupchat: 'bot' },
    bots: [bot(botId, words)],
    permissions: ['identity', 'messageTeamMembers'],
    validDomains: [host],
    // Teams grants ChannelMessage.Read.Group to this app id, and the bot reads with its own: they are one.
    webApplicationInfo: { id: botId, resource: `api://${host}/botid-${botId}` },
    authorization: permissions,
    extensions: [
      {
        requirements: { scopes: ['mail'], formFactors: ['desktop'], capabilities: [{ name: 'Mailbox', minVersion: OLDEST_MAILBOX }] },
        runtimes: [
          paneRuntime(origin, 'open', ''),
          paneRuntime(origin, 'summarise', '?action=summarise'),
          paneRuntime(origin, 'draft-reply', '?action=draft-reply'),
        ],
        ribbons: ribbons(origin, words.ribbon),
      },
    ],
  };
}
