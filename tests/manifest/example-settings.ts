import type { ManifestSettings } from '../../manifest/app.ts';

/** Settings as a department would give them. */
export const exampleSettings: ManifestSettings = {
  appId: '11111111-2222-4333-8444-555555555555',
  botId: 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee',
  origin: 'https://humphrey.example.gov.uk',
  version: '1.2.3',
  developer: {
    name: 'Department for Examples',
    websiteUrl: 'https://www.example.gov.uk/humphrey',
    privacyUrl: 'https://www.example.gov.uk/privacy',
    termsOfUseUrl: 'https://www.example.gov.uk/terms',
  },
};
