import type { ja } from './texts.ja.ts'

export const en: typeof ja = {
  row: 'Sections old and new',
  rowDetail: (pairs, open) =>
    open
      ? `${pairs} proposed as going on under another code. Please look at them`
      : `${pairs} taken as going on under another code`,
  rowNone: 'Sections change code or name. Say here which of them go on as which',
  look: 'Look',
  first: 'Look at the sections',
  summary: 'Sections old and new need a look',
  heading: 'Sections old and new',
  intro: (old, pairs, left) =>
    `${old} sections change code or name; ${pairs} are taken to go on as another, ${left} are not. People of a section that goes on do not count as moved, and evaluators and rights go along. Past records keep the old names.`,
  section: (code, name, people) => `${code} ${name} (${people} people)`,
  to: (codes) => `→ ${codes}`,
  none: '→ goes on as none (closed)',
  parts: (codes) => `parts: ${codes}`,
  why: { same: 'same name', alike: 'similar name' },
  share: (n, people) => `${n} of ${people} people are there`,
  join: ', ',
  mend: 'Correct',
  confirm: 'Go on with these',
  noneAtAll: 'None goes on',
  back: 'Back to the list',
  next: (n) => `Next ${n}`,
  form: {
    title: 'Goes on as',
    submit: 'Set',
    cancel: 'Back',
    intro: (section) => `Choose what ${section} goes on as.`,
    to: 'Goes on as',
    toHint: 'Evaluators, rights and people not in the list go along.',
    none: 'None (closed)',
    code: 'Section code, if not above',
    also: 'Further parts, if it is split',
    alsoHint: 'Who goes there does not count as moved either.',
    unknown: 'The list has no such section code.',
  },
}
