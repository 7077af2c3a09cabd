import { englishWords } from './english-words.ts';
import type { Command, Words } from './words.ts';

/** Titles and descriptions are Welsh; the prompt stays as it is, because the rules that choose a task know English alone. */
function inWelsh(commands: Command[], welsh: [title: string, description: string][]): Command[] {
  return commands.map((command, index) => {
    const [title, description] = welsh[index] ?? [command.title, command.description];
    return { title, description, prompt: command.prompt };
  });
}

const rewrite: [string, string] = [
  'Ailysgrifennu mewn Saesneg clir',
  'Gludwch eich testun ar ei ôl, a gwiriwch y canlyniad yn erbyn y gwreiddiol',
];
const actions = 'Pwy sydd i wneud beth, ac erbyn pryd';

export const welshWords: Words = {
  shortName: 'Humphrey',
  fullName: 'Humphrey, cynorthwyydd i weision sifil',
  shortDescription: 'Crynodebau, camau gweithredu a drafftiau o’ch e-byst, edafedd a dogfennau',
  fullDescription: [
    'Mae Humphrey yn darllen yr hyn rydych chi’n ei roi iddo: e-bost, edefyn mewn sianel Teams, dogfen. Mae’n crynhoi, yn rhestru camau gweithredu, yn drafftio atebion ac yn ateb cwestiynau, ac yn dangos y geiriau y daw pob pwynt ohonynt er mwyn i chi allu ei wirio.',
    'Nid yw Humphrey byth yn anfon dim ar eich rhan. Chi sy’n gwirio pob drafft ac yn ei anfon.',
    'Defnyddiwch ef ar gyfer gwybodaeth hyd at OFFICIAL-SENSITIVE. Mae’n gwrthod unrhyw beth sydd wedi’i farcio’n SECRET neu’n uwch.',
  ].join('\n\n'),
  personalCommands: inWelsh(englishWords.personalCommands, [
    ['Crynhoi dogfen', 'Atodwch ffeil neu gludwch destun: y prif bwyntiau, y camau gweithredu a’r dyddiadau'],
    ['Rhestru’r camau gweithredu', actions],
    ['Drafftio ateb', 'Gludwch y neges: ateb i chi ei wirio a’i anfon'],
    ['Gofyn cwestiwn', 'Ateb o’r ddogfen rydych chi’n ei hatodi, gyda’r geiriau y daw ohonynt'],
    rewrite,
  ]),
  groupChatCommands: inWelsh(englishWords.groupChatCommands, [
    ['Crynhoi testun', 'Gludwch y testun ar ei ôl: y prif bwyntiau, y camau gweithredu a’r dyddiadau'],
    ['Rhestru’r camau gweithredu', `Gludwch y testun ar ei ôl: ${actions.toLowerCase()}`],
    rewrite,
  ]),
  teamCommands: inWelsh(englishWords.teamCommands, [
    ['Crynhoi’r edefyn hwn', 'Prif bwyntiau, camau gweithredu a dyddiadau’r edefyn hwn'],
    ['Rhestru camau gweithredu’r edefyn hwn', actions],
    ['Drafftio ateb i’r edefyn hwn', 'Ateb i chi ei wirio a’i bostio'],
    ['Holi am yr edefyn hwn', 'Ateb o’r edefyn, gyda’r geiriau y daw ohonynt'],
  ]),
  ribbon: {
    group: 'Humphrey',
    summarise: { label: 'Crynhoi', tip: 'Cael prif bwyntiau, camau gweithredu a dyddiadau’r e-bost hwn, gyda’r geiriau y dônt ohonynt.' },
    draftReply: { label: 'Drafftio ateb', tip: 'Ysgrifennu ateb i’r e-bost hwn i chi ei wirio. Nid yw Humphrey byth yn ei anfon.' },
    openBesideMail: { label: 'Agor Humphrey', tip: 'Agor panel Humphrey wrth ochr yr e-bost hwn.' },
    openBesideDraft: { label: 'Agor Humphrey', tip: 'Agor panel Humphrey wrth ochr yr e-bost rydych chi’n ei ysgrifennu.' },
  },
};
