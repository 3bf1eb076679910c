import type { ja } from './texts.ja.ts'

export const en: typeof ja = {
  summary: 'Results have been disclosed',
  opening: 'The results of these evaluations have been disclosed.',
  row: (name, cycle) => (cycle === '' ? name : `${cycle} (${name})`),
  detail: (on, until, desk) => `Disclosed on ${on}; a complaint may be made until ${until}, at: ${desk}`,
  close: 'The results themselves are not shown here.',
  open: 'Details',
}
