/** Who and what the Playground shows: made up by us. It insists on five other users, and ids that are all different. */
const tenantId = '7a1c0000-0000-4000-8000-000000000001';
const people = ['Helen Marsh', 'Tom Okafor', 'Megan Lloyd', 'Daniel Fraser', 'Aisha Rahman'];

interface PlaygroundUser {
  id: string;
  name: string;
  givenName: string;
  surname: string;
  userPrincipleName: string;
  aadObjectId: string;
  email: string;
}

function user(name: string, number: number): PlaygroundUser {
  const [givenName = name, surname = ''] = name.split(' ');
  const email = `${givenName}.${surname}@example.gov.uk`.toLowerCase();
  return {
    id: `user-${number}`,
    name,
    givenName,
    surname,
    userPrincipleName: email,
    aadObjectId: `7a1c0000-0000-4000-8000-00000000002${number}`,
    email,
  };
}

/** The Playground's configuration file, which is YAML and therefore may be JSON. */
export const playgroundConfig = {
  version: '0.1.1',
  tenantId,
  bot: { id: '7a1c0000-0000-4000-8000-000000000010', name: 'Humphrey' },
  currentUser: user('Priya Shah', 0),
  users: people.map((name, index) => user(name, index + 1)),
  personalChat: { id: 'personal-chat-humphrey' },
  groupChat: { id: 'group-chat-private-office', name: 'Private office' },
  team: {
    id: 'team-clean-air',
    name: 'Clean Air Policy',
    aadGroupId: '7a1c0000-0000-4000-8000-000000000030',
    channels: [{ id: 'channel-consultation-launch', name: 'Consultation launch' }],
  },
};
