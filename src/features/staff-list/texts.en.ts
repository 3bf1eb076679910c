import type { ja } from './texts.ja.ts'

export const en: typeof ja = {
  field: {
    name: 'name',
    kana: 'reading',
    email: 'e-mail',
    kind: 'employment',
    hired: 'hired on',
    section: 'section',
    title: 'post',
    grade: 'grade',
    side: 'second post',
    left: 'left',
    supervisor: 'supervisor',
    assistant: 'assistant evaluator',
    first: 'first evaluator',
    second: 'second evaluator',
    adjuster: 'adjuster',
    decider: 'decider',
  },
  severity: { error: 'to mend', warning: 'to check', info: 'note' },
  groups: {
    'email-missing': 'without e-mail (can be applied as they are)',
    'duplicate-row': 'rows that repeat another (taken once)',
    'main-missing': 'people with second posts only (the first row is taken as the main post)',
    'grade-unread': 'grades that cannot be read (none is taken)',
    'section-two-names': 'sections with two names (the first is used)',
    'section-unnamed': 'sections without a name (shown by code)',
    'column-repeated': 'columns that mean the same (the left one is used)',
    'person-leaves': 'whose evaluator is marked as left (will be empty)',
  },
  encoding: {
    xlsx: 'Excel (.xlsx)',
    'utf-8': 'CSV (UTF-8)',
    'utf-16le': 'text (Unicode)',
    'utf-16be': 'text (Unicode)',
    shift_jis: 'CSV (Shift_JIS)',
  },
  kind: { new: 'new', returned: 'returned', moved: 'moved', changed: 'changed', left: 'left' },
  more: (n) => `${n} more`,
  people: (n) => `${n}`,
  problem: ({ row, column, value }) =>
    [row === null ? '' : `Row ${row}`, column ?? '', value === '' ? '' : `"${value}"`]
      .filter((part) => part !== '')
      .join(' '),
  cli: {
    read: (rows, how) => `Read ${rows} rows as ${how}.`,
    effective: (on) => `Effective ${on}`,
    counts: (c) =>
      `new ${c.new}, moved ${c.moved}, changed ${c.changed}, returned ${c.returned}, left ${c.left}, missing from the list ${c.missing}, sections ${c.sections}, to mend ${c.errors}, to check ${c.warnings}`,
    changes: 'Changes',
    missing: 'In the directory and not in the list (left as they are unless told otherwise)',
    problems: 'Please look at',
    withoutEmail: (n) => `${n} people have no e-mail address; the list can be applied as it is.`,
    applied: 'Applied.',
    notApplied: 'Nothing was written.',
    blocked: 'Something must be mended first, so nothing was written. Mend the file and try again.',
  },
}
