import type { ja } from './texts.ja.ts'

export const en: typeof ja = {
  title: 'Accounts',
  summary: 'Accounts to look at',
  heading: 'Accounts to look at',
  none: 'No account needs a look.',
  intro: 'Chat accounts and the staff list do not agree here. Please have a look.',
  unknown: (shown, platform) => `"${shown}" in ${platform}`,
  unknownDetail: (day) =>
    `Wrote on ${day}; the e-mail address is not on the staff list. Ask the person before you link the account.`,
  renamed: (name, shown, platform) => `${name} ("${shown}" in ${platform})`,
  renamedDetail: (day) =>
    `Since ${day} the account has another e-mail address than the staff list. Please check that it is the same person.`,
  otherName: (name, shown, platform) => `${name} (now "${shown}" in ${platform})`,
  otherNameDetail: (day) =>
    `The account has had another name since ${day}. Please check whether it is the same person or was passed on.`,
  closed: (name, platform) => `The ${platform} account of ${name}`,
  closedDetail: (day) =>
    `Was switched off or made a guest's on ${day}: messages do not arrive. Please pass them on by telephone or through the section clerk.`,
  more: (count) => `${count} more`,
  link: 'Link',
  check: 'Check',
  seen: 'Noted',
  home: (count) => `Accounts to look at: ${count}`,
  open: 'Open',
  notice: (count) => `Chat accounts to look at: ${count}. It takes a minute.`,
  noticeSummary: 'Accounts to look at',
  linkedSummary: 'Your account is linked',
  linked: 'This account is now linked to the staff list. Write "help" to see what you can do.',
  linkForm: {
    title: 'Link an account',
    intro: (shown) => `Who is "${shown}"? Please ask the person before you link the account.`,
    person: 'Staff member',
    personHint: 'Search by name. Leave it empty for somebody who is not staff.',
    nobody: 'Not a member of staff',
    nobodyLabel: 'If not staff',
    submit: 'Decide',
  },
  checkForm: {
    title: 'Check an account',
    intro: (name) => `The e-mail address or the name of ${name}'s account has changed.`,
    label: 'This account',
    keep: 'is still the same person: keep it',
    unlink: "is somebody else's: unlink it",
    submit: 'Decide',
  },
  cancel: 'Back',
  errors: {
    person: 'Choose somebody on the staff list, or tick "Not a member of staff".',
    both: 'Untick "Not a member of staff" when you choose somebody.',
  },
  done: {
    linked: 'Linked. The person is told too.',
    declined: 'Recorded as not a member of staff.',
    kept: 'Kept as it is.',
    unlinked: 'Unlinked.',
    seen: 'Noted.',
    stale: 'Somebody else was first, or things have changed. Here is the present list.',
  },
}
