import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { pageFiles } from '../../bot/page-list.ts';
import { createManifest, translations } from '../../manifest/app.ts';
import { createLocalisation } from '../../manifest/create-localisation.ts';
import { listStrings } from '../../manifest/list-strings.ts';
import { englishWords } from '../../manifest/locales/english-words.ts';
import { chooseByRules } from '../../shared/tasks/choose-task.ts';
import { exampleSettings } from './example-settings.ts';

// Microsoft's validator is run as people run it: requiring it inside jest fails (its packages mix module kinds).
const require = createRequire(import.meta.url);
const validator = require.resolve('office-addin-manifest/cli.js');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'humphrey manifest-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function validate(manifest: unknown) {
  const path = join(folder, 'manifest.json');
  writeFileSync(path, JSON.stringify(manifest));
  return spawnSync(process.execPath, [validator, 'validate', path], { encoding: 'utf8' });
}

describe('the unified manifest', () => {
  test("passes Microsoft's validator, offline", () => {
    expect(validate(createManifest(exampleSettings))).toMatchObject({ status: 0, stderr: '' });
  });

  test("is what Microsoft's validator looks at: a name that is too long is refused", () => {
    const manifest = createManifest(exampleSettings);
    manifest.name.short = 'Humphrey, the assistant for all of us';
    expect(validate(manifest).status).toBe(1);
  });

  test('passes in every other language too, where words may be longer', () => {
    for (const { words } of translations) expect(validate(createManifest(exampleSettings, words)).status).toBe(0);
  });

  test('offers the bot in personal chat, channels and group chats, with one list of commands each', () => {
    const [bot] = createManifest(exampleSettings).bots;
    expect(bot).toMatchObject({ botId: exampleSettings.botId, scopes: ['personal', 'team', 'groupChat'], supportsFiles: true });
    expect(bot?.commandLists.map(({ scopes }) => scopes)).toEqual([['personal'], ['team'], ['groupChat']]);
  });

  test('opens the pane at the task that was chosen on the ribbon', () => {
    const [extension] = createManifest(exampleSettings).extensions;
    const pageOf = (actionId: string) => extension?.runtimes.find(({ actions }) => actions.some(({ id }) => id === actionId))?.code.page;
    const buttons = extension?.ribbons.map(({ contexts, tabs }) => ({
      contexts,
      buttons: tabs.flatMap(({ groups }) =>
        groups.flatMap(({ controls }) => controls.map(({ label, actionId }) => [label, pageOf(actionId)])),
      ),
    }));
    const pane = 'https://humphrey.example.gov.uk/taskpane.html';
    expect(buttons).toEqual([
      {
        contexts: ['mailRead'],
        buttons: [
          ['Summarise', `${pane}?action=summarise`],
          ['Draft reply', `${pane}?action=draft-reply`],
          ['Open Humphrey', pane],
        ],
      },
      { contexts: ['mailCompose'], buttons: [['Open Humphrey', pane]] },
    ]);
  });

  test('points only at ribbon icons that the server has', () => {
    const icons = listStrings(createManifest(exampleSettings)).filter(({ path }) => /\.icons\[\d+\]\.url$/.test(path));
    expect(icons.length).toBeGreaterThan(0);
    for (const { value } of icons) expect(pageFiles[new URL(value).pathname]).toMatchObject({ type: 'png' });
  });

  test('points only at pages that the server has', () => {
    const pages = createManifest(exampleSettings).extensions.flatMap(({ runtimes }) =>
      runtimes.map(({ code }) => new URL(code.page).pathname),
    );
    for (const page of pages) expect(pageFiles[page]).toMatchObject({ type: 'html', officePage: true });
  });

  test('offers no command that Humphrey does not understand at once', () => {
    const understood = [...new Set([englishWords.personalCommands, englishWords.teamCommands, englishWords.groupChatCommands].flat())].map(
      ({ title, prompt }) => [
        title,
        chooseByRules({ instruction: `${prompt}the budget`, hasSources: true, hasPrevious: false, today: '2026-11-23' }),
      ],
    );
    expect(understood).toEqual([
      ['Summarise a document', 'summarise'],
      ['List the actions', 'extract-actions'],
      ['Draft a reply', 'draft-reply'],
      ['Ask a question', 'answer'],
      ['Rewrite in plain English', 'redraft'],
      ['Summarise this thread', 'summarise'],
      ['List the actions in this thread', 'extract-actions'],
      ['Draft a reply to this thread', 'draft-reply'],
      ['Ask about this thread', 'answer'],
      ['Summarise some text', 'summarise'],
      ['List the actions', 'extract-actions'],
    ]);
  });

  test('asks for reading the open email and the channel thread, and for nothing more', () => {
    expect(createManifest(exampleSettings).authorization.permissions.resourceSpecific).toEqual([
      { name: 'ChannelMessage.Read.Group', type: 'Application' },
      { name: 'MailboxItem.Read.User', type: 'Delegated' },
    ]);
  });

  test('names the port among the valid domains where the server is not at 443', () => {
    const manifest = createManifest({ ...exampleSettings, origin: 'https://localhost:3978' });
    expect(manifest.validDomains).toEqual(['localhost:3978']);
  });
});

describe('the Welsh file', () => {
  const [welsh] = translations;
  const localisation = welsh ? createLocalisation(exampleSettings, welsh.words) : {};

  test("holds only keys that Microsoft's localisation schema knows, within its lengths, and all that it requires", () => {
    const tool = createRequire(require.resolve('office-addin-manifest'));
    const { manifestVersion } = createManifest(exampleSettings);
    const schemaPath = join(
      dirname(tool.resolve('@microsoft/app-manifest')),
      `json-schemas/teams/v${manifestVersion}/MicrosoftTeams.Localization.schema.json`,
    );
    const schema = JSON.parse(readFileSync(schemaPath, 'utf8')) as {
      required: string[];
      properties: Record<string, { maxLength?: number }>;
      patternProperties: Record<string, { maxLength?: number }>;
    };
    expect(Object.keys(localisation)).toEqual(expect.arrayContaining(schema.required));
    for (const [key, value] of Object.entries(localisation)) {
      const rule =
        schema.properties[key] ?? Object.entries(schema.patternProperties).find(([pattern]) => new RegExp(pattern).test(key))?.[1];
      expect([key, rule]).toEqual([key, expect.anything()]);
      expect([key, value.length <= (rule?.maxLength ?? Infinity)]).toEqual([key, true]);
    }
  });

  test('puts each Welsh word at the place of the English one', () => {
    expect(localisation['extensions[0].ribbons[0].tabs[0].groups[0].controls[1].label']).toBe('Drafftio ateb');
    expect(localisation['bots[0].commandLists[1].commands[0].title']).toBe('Crynhoi’r edefyn hwn');
    expect(localisation['description.short']).toBe(welsh?.words.shortDescription);
  });

  test('translates every command and every button', () => {
    const english = [englishWords.personalCommands, englishWords.teamCommands, englishWords.groupChatCommands];
    const words = welsh?.words;
    const translated = [words?.personalCommands, words?.teamCommands, words?.groupChatCommands];
    english.forEach((commands, list) => {
      expect(translated[list]).toHaveLength(commands.length);
      commands.forEach(({ title, description }, index) => {
        expect(translated[list]?.[index]?.title).not.toBe(title);
        expect(translated[list]?.[index]?.description).not.toBe(description);
      });
    });
    for (const name of ['summarise', 'draftReply', 'openBesideMail', 'openBesideDraft'] as const) {
      expect(words?.ribbon[name].label).not.toBe(englishWords.ribbon[name].label);
      expect(words?.ribbon[name].tip).not.toBe(englishWords.ribbon[name].tip);
    }
  });
});
