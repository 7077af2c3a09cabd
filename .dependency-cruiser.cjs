/** Who may import what (README, "How the house is laid out"). Each rule names the fault in words. */
module.exports = {
  forbidden: [
    {
      name: 'core-imports-no-surface',
      severity: 'error',
      comment: 'shared/ is the core: surfaces import it, never the other way.',
      from: { path: '^shared/' },
      to: { path: '^(bot|addin|manifest)/' },
    },
    {
      name: 'addin-imports-contract-only',
      severity: 'error',
      comment: 'Pages know the wire contract, not the core.',
      from: { path: '^addin/' },
      to: { path: '^(bot|manifest|shared/(?!contract/))' },
    },
    {
      name: 'bot-imports-no-page',
      severity: 'error',
      comment: 'The host serves pages as files.',
      from: { path: '^bot/' },
      to: { path: '^addin/' },
    },
    {
      name: 'botbuilder-in-teams-only',
      severity: 'error',
      comment: 'botbuilder is out of support: one folder knows it.',
      from: { pathNot: '^(bot/teams/|tests/)' },
      to: { path: 'node_modules/(botbuilder|botframework-)' },
    },
    {
      name: 'restify-in-server-only',
      severity: 'error',
      comment: 'One file knows the web framework.',
      from: { pathNot: '^(bot/server\\.ts|tests/)' },
      to: { path: 'node_modules/restify' },
    },
    {
      name: 'openai-in-engine-only',
      severity: 'error',
      comment: 'Only the openai engine talks to the model.',
      from: { pathNot: '^(shared/engine/openai[^/]*\\.ts|tests/)' },
      to: { path: 'node_modules/openai' },
    },
    {
      name: 'parsers-in-sources-only',
      severity: 'error',
      comment: 'Untrusted bytes are parsed in shared/sources/ and nowhere else.',
      from: { pathNot: '^(shared/sources/|tests/)' },
      to: { path: 'node_modules/(officeparser|postal-mime|parse5|file-type|pdfjs-dist)' },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'A cycle means two files are one.',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    { name: 'no-deep-import', severity: 'error', comment: 'Everything imported exists.', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-tests-in-product',
      severity: 'error',
      comment: 'Fakes and fixtures stay in tests/.',
      from: { pathNot: '^tests/' },
      to: { path: '^tests/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.json'],
    },
  },
};
