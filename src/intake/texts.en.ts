import type { ja } from './texts.ja.ts'

export const en: typeof ja = {
  help: {
    summary: 'What you can do here',
    heading: 'What you can do',
    intro: 'Write a few words, or press a button.',
    introPage: 'Each button opens its page.',
    open: 'Open',
    tools: 'Also',
    button: 'What can I do?',
    greeting: (name, office) => `Hello ${name}, this is ${office}.`,
    notUnderstood: 'Sorry, I could not make that out. Here is what you can do.',
    emptyWords: 'Hello. Send me a word or two about what you need. Here is what you can do.',
    thanks: 'Thank you, too. Write again at any time.',
  },
  home: {
    summary: 'Your next dates and requests',
    heading: (name) => `Home of ${name}`,
    intro: 'Your next dates and requests, in order of time.',
    introPage: 'Your next dates and requests, in order of time.',
    empty: 'Nothing is asked of you at the moment.',
    more: (count) => `There are ${count} more; see the page of each.`,
    incomplete: 'Some of it could not be read. Please open this page again in a while.',
    button: 'Home',
  },
  language: {
    summary: 'Display language',
    heading: '表示する言語 / Language',
    now: 'The language is English at present.',
    changed: 'From now on I will write in English.',
    button: '言語 / Language',
  },
  refused: {
    summary: 'This is not available to you',
    text: (who) => `Sorry, this is for ${who}.`,
    next: (office) => `If you need it done, please ask ${office}.`,
  },
  note: { summary: 'Please note' },
  tooLong: (most, is) =>
    `At most ${most.toLocaleString('en-GB')} characters (now ${is.toLocaleString('en-GB')}). Please shorten it, or write it in parts.`,
  outdated: {
    summary: 'What you saw is out of date',
    text: 'Sorry, this button belongs to an earlier view and no longer works. Please open the view again.',
  },
  settled: {
    summary: 'This has been done already',
    text: 'This has been done already. Home shows how things stand.',
  },
  busy: {
    summary: 'This is being done',
    text: 'This is being done right now. Please look at Home in a moment.',
  },
  delayed: {
    summary: 'This takes a little longer',
    text: 'Your request is with us. It takes a little longer; the answer will follow here. There is no need to send it again.',
  },
  pressAgain: {
    summary: 'Please press the button once more',
    text: 'Sorry for the wait. It is ready now: please press the button once more.',
  },
  notTaken: {
    summary: 'Please check what you entered',
    text: 'Sorry for the wait. Please look at the following, and fill in the form once more.',
  },
  broken: {
    summary: 'This could not be completed',
    text: 'Sorry, this could not be completed because of a fault on our side.',
    next: (office) =>
      `Please try again in a while. If it happens again, tell ${office} the reference number below.`,
    reference: (id) => `Reference ${id}`,
  },
  stranger: {
    summary: 'Please have your account checked',
    text: (office) =>
      `Hello, this is Hagukumi. This account is not connected with the staff list. Please tell ${office} your name and staff number.`,
  },
  file: {
    summary: 'About your file',
    unknown: 'Sorry, I do not know what to do with this file. Please check its format.',
    tooLarge: (megabytes) =>
      `Sorry, the file is too large to be taken. Please send one of at most ${megabytes} MB.`,
  },
  option: (name, section, title) => {
    const post = [section, title].filter((part) => part !== '').join(', ')
    return post === '' ? name : `${name} (${post})`
  },
}
