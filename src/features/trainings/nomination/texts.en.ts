import type { ja } from './texts.ja.ts'

export const en: typeof ja = {
  reasons: {
    hired: 'newly hired',
    year: (nth) => `year ${nth} of service`,
    promoted: 'promoted this fiscal year',
    never: 'not taken so far',
    all: 'everybody it is meant for',
    hr: 'named by HR',
  },
  home: (course, count) => `${count} to nominate for "${course}"`,
  homeDetail: 'Nobody is told before you have looked',
  open: 'Look',
  title: (course) => `Nominations: ${course}`,
  summary: 'Nominations to look at',
  intro: (count) =>
    `The directory names ${count} ${count === 1 ? 'person' : 'people'}. Neither they nor their supervisors hear of it before you confirm.`,
  none: 'Nobody waits to be confirmed.',
  byReason: (reason, count) => `${reason}: ${count}`,
  row: (name, section) => (section ? `${name} (${section})` : name),
  acceptAll: (count) => `Confirm ${count}`,
  acceptTitle: 'Confirm the nominations',
  acceptText: (count) =>
    `${count} ${count === 1 ? 'person is' : 'people are'} told that they take part, and why.`,
  yes: 'Confirm',
  no: 'Back',
  dismiss: 'Leave out',
  accepted: (count) => `${count} confirmed. They are told on the day on which sign-up opens.`,
  acceptedNow: (count) => `${count} confirmed and told.`,
  dismissed: "Left out. Next year's course will propose them anew.",
  refresh: 'Look in the directory again',
  noRule: 'This training has no rule that nominates people.',
  notPublished: 'Those you confirm are told once the training is published.',
  back: 'Back to the training',
  page: (at, pages) => `Page ${at} of ${pages}`,
  previous: 'Back',
  next: 'Next',
}
