/**
 * The parts of the unified manifest for Microsoft 365 that Humphrey uses, by the names of Microsoft's schema.
 * The schema itself is checked by office-addin-manifest; these types keep our own code from misspelling it.
 */
export interface UnifiedManifest {
  $schema: string;
  manifestVersion: string;
  version: string;
  id: string;
  localizationInfo: { defaultLanguageTag: string; additionalLanguages: { languageTag: string; file: string }[] };
  developer: { name: string; websiteUrl: string; privacyUrl: string; termsOfUseUrl: string };
  name: { short: string; full: string };
  description: { short: string; full: string };
  icons: { color: string; outline: string };
  accentColor: string;
  defaultInstallScope: 'personal';
  defaultGroupCapability: { team: 'bot'; groupchat: 'bot' };
  bots: Bot[];
  permissions: ('identity' | 'messageTeamMembers')[];
  validDomains: string[];
  webApplicationInfo: { id: string; resource: string };
  authorization: { permissions: { resourceSpecific: { name: string; type: 'Application' | 'Delegated' }[] } };
  extensions: Extension[];
}

type BotScope = 'personal' | 'team' | 'groupChat';

interface Bot {
  botId: string;
  scopes: BotScope[];
  supportsFiles: boolean;
  commandLists: { scopes: BotScope[]; commands: BotCommand[] }[];
}

/** Choosing it puts `prompt` into the box where the person writes; they add to it and send it themselves. */
export interface BotCommand {
  title: string;
  description: string;
  type: 'prompt';
  prompt: string;
}

interface Extension {
  requirements: Requirements;
  runtimes: Runtime[];
  ribbons: Ribbon[];
}

interface Requirements {
  scopes: 'mail'[];
  formFactors: 'desktop'[];
  capabilities: { name: 'Mailbox'; minVersion: string }[];
}

export interface Runtime {
  id: string;
  type: 'general';
  code: { page: string };
  lifetime: 'short';
  actions: { id: string; type: 'openPage'; view: string; pinnable: boolean }[];
}

export interface Ribbon {
  contexts: ('mailRead' | 'mailCompose')[];
  tabs: { builtInTabId: 'TabDefault'; groups: RibbonGroup[] }[];
}

interface RibbonGroup {
  id: string;
  label: string;
  icons: Icon[];
  controls: RibbonButton[];
}

export interface RibbonButton {
  id: string;
  type: 'button';
  label: string;
  icons: Icon[];
  supertip: { title: string; description: string };
  actionId: string;
}

export interface Icon {
  size: number;
  url: string;
}
