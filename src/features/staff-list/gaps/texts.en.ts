import type { ja } from './texts.ja.ts'

export const en: typeof ja = {
  help: 'name evaluators where they are missing, section by section',
  summary: 'Evaluators',
  heading: 'Evaluators',
  role: { first: 'First evaluator', second: 'Second evaluator', adjuster: 'Adjuster', decider: 'Decider' },
  intro:
    'Name them for whole sections at once. Whoever has an evaluator keeps them. A city can do without assistant evaluators.',
  all: 'Everybody has their evaluators.',
  none: 'nobody',
  unused: 'not used in this city so far',
  count: (people, sections) =>
    `${people.toLocaleString('en-US')} people, ${sections.toLocaleString('en-US')} ${sections === 1 ? 'section' : 'sections'}`,
  fill: (role) => `Name: ${role.toLowerCase()}`,
  sections: 'Sections without',
  row: (role, n) => `${role}: ${n}`,
  more: (n) => `and ${n} more ${n === 1 ? 'section' : 'sections'}`,
  title: (role) => role,
  submit: 'Name them',
  cancel: 'Back',
  formIntro: (left) =>
    `The heads are proposed by their titles on the staff list; choose another where that is wrong. A section that you leave empty stays as it is.${left > 0 ? `\n${left} more after these.` : ''}`,
  section: (name, n) => `${name} (${n})`,
  person: (name, section) => `${name} (${section})`,
  nobody: 'nobody stands out',
  hint: (names, more) => `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`,
  done: (role, people) => `${role} named for ${people} ${people === 1 ? 'person' : 'people'}.`,
  already: 'Somebody has named them meanwhile. This is how things stand.',
  errors: {
    empty: 'Choose an evaluator for at least one section.',
    person: 'Choose somebody from the staff list who is still here.',
    self: 'Choose somebody else than the person.',
  },
  alarm: (people, sections) =>
    `${people} ${people === 1 ? 'person' : 'people'} in ${sections} ${sections === 1 ? 'section' : 'sections'} without a first evaluator`,
  open: 'Name them',
}
