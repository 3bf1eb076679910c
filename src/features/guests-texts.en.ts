import type { ja } from './guests-texts.ja.ts'

export const en: typeof ja = {
  title: 'Future colleagues',
  intro:
    'People who are to join can be invited by e-mail alone. They see what they are invited to here and their own pairs and tables, and nothing else: no staff list, no calendars, no other feature.',
  none: 'Nobody is invited yet.',
  add: 'Add people',
  save: 'Save',
  cancel: 'Cancel',
  back: 'Back',
  yes: 'Yes',
  no: 'No',
  noMail: 'No mail server is set up, so nobody can be invited. Please ask the administrator.',
  field: 'Name and e-mail address, one person a line',
  fieldHint: 'For example: 山田 花子 hanako@example.com',
  until: 'Until',
  untilHint:
    'Usually the day on which they join. Invitations end on that day, and whoever does not go on in the staff list is erased afterwards.',
  done: (people) => `${people} people are invited by e-mail.`,
  off: 'Take back',
  offTitle: 'Take the invitation back?',
  offConfirm:
    'Those whom they were to meet are told. If nothing else has invited them, name and address are erased at once, for good.',
  offDone: 'The invitation is taken back and their data erased.',
  offHere: 'The invitation is taken back. Something else has invited them too, so their data stays.',
  states: {
    asked: 'invited',
    waiting: 'not told yet',
    joined: 'taking part',
    paused: 'pausing',
    left: 'not taking part',
    not_joining: 'not taking part',
  },
  untilOf: (state, until) => `${state}, until ${until}`,
  bad: {
    line: (n) => `Line ${n}: write the name and the address, as in "山田 花子 hanako@example.com".`,
    staff: (n) =>
      `Line ${n}: this address belongs to somebody on the staff list. Add staff under "Whom it is for".`,
    twice: (n) => `Line ${n}: this address is there twice.`,
    many: 'At most 100 at a time.',
    day: 'Choose a day from tomorrow, within a year.',
  },
  invite: (name, until) =>
    `We are glad that you are going to join us, and would like to invite you to "${name}" with colleagues. Taking part is up to you and has nothing to do with your employment. These invitations end on ${until}.`,
  end: 'End these invitations',
  endNote:
    'If you no longer wish to hear from us you can end this at any time. What we hold about you is erased.',
  endConfirm: 'You hear nothing more, and your name and address are erased, for good.',
  endedNot:
    'You are on the staff list already, so this cannot be erased from here. Please get in touch with the HR office directly.',
  ended: 'Certainly. The invitations have ended and your data is erased. Thank you.',
}
