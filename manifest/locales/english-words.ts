import type { Command, Words } from './words.ts';

const rewrite: Command = {
  title: 'Rewrite in plain English',
  description: 'Paste your text after it, and check the result against the original',
  prompt: 'Rewrite this in plain English: ',
};

export const englishWords: Words = {
  shortName: 'Humphrey',
  fullName: 'Humphrey, an assistant for civil servants',
  shortDescription: 'Summaries, actions and draft replies from your email, threads and documents',
  fullDescription: [
    'Humphrey reads what you give it: an email, a channel thread in Teams, a document. It summarises, lists actions, drafts replies and answers questions, and shows you the words that each point comes from so that you can check it.',
    'Humphrey never sends anything for you. You check each draft and send it yourself.',
    'Use it for information up to OFFICIAL-SENSITIVE. It refuses anything marked SECRET or above.',
  ].join('\n\n'),
  personalCommands: [
    {
      title: 'Summarise a document',
      description: 'Attach a file or paste text: its main points, actions and dates',
      prompt: 'Summarise this: ',
    },
    { title: 'List the actions', description: 'Who is asked to do what, and by when', prompt: 'List the actions in this: ' },
    { title: 'Draft a reply', description: 'Paste the message: a reply for you to check and send', prompt: 'Draft a reply to this: ' },
    {
      title: 'Ask a question',
      description: 'An answer from the document you attach, with the words it comes from',
      prompt: 'What does this say about ',
    },
    rewrite,
  ],
  groupChatCommands: [
    {
      title: 'Summarise some text',
      description: 'Paste the text after it: its main points, actions and dates',
      prompt: 'Summarise this: ',
    },
    {
      title: 'List the actions',
      description: 'Paste the text after it: who is asked to do what, and by when',
      prompt: 'List the actions in this: ',
    },
    rewrite,
  ],
  teamCommands: [
    { title: 'Summarise this thread', description: 'The main points, actions and dates of this thread', prompt: 'Summarise this thread' },
    {
      title: 'List the actions in this thread',
      description: 'Who is asked to do what, and by when',
      prompt: 'List the actions in this thread',
    },
    { title: 'Draft a reply to this thread', description: 'A reply for you to check and post', prompt: 'Draft a reply to this thread' },
    {
      title: 'Ask about this thread',
      description: 'An answer from the thread, with the words it comes from',
      prompt: 'What does this thread say about ',
    },
  ],
  ribbon: {
    group: 'Humphrey',
    summarise: { label: 'Summarise', tip: 'Get the main points, actions and dates of this email, with the words they come from.' },
    draftReply: { label: 'Draft reply', tip: 'Write a reply to this email for you to check. Humphrey never sends it.' },
    openBesideMail: { label: 'Open Humphrey', tip: 'Open the Humphrey pane beside this email.' },
    openBesideDraft: { label: 'Open Humphrey', tip: 'Open the Humphrey pane beside the email you are writing.' },
  },
};
