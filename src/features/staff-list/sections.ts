// How the section tree is read from a list that shows it in one of several ways. In this order:
// 1. a column 上位所属コード says it; 2. columns 部名 / 課名 / 係名 say it; 3. the codes do: 0101 stands below 0100,
// 010203 below 010200; 4. else nothing is said: a known section stays where it is, a new one stands at the top.
import type { ListedSection } from '../../directory/change/listed.ts'
import type { Bilingual } from '../../kernel/language.ts'
import { type Place, type Problem, problem } from './problem.ts'

/** What one row says of its section. */
export interface SectionCells {
  readonly code: string
  readonly name: string
  readonly parentCode: string
  readonly parentName?: string
  /** 部名, 課名, 係名, as far as given. */
  readonly path: readonly string[]
  readonly at: Place
}

export type TreeRule = 'parents' | 'path' | 'codes' | 'flat'

export interface Sections {
  readonly sections: readonly ListedSection[]
  /** The code of each row's section, in the order of the rows; '' where it has none. */
  readonly codes: readonly string[]
  readonly rule: TreeRule
  readonly problems: readonly Problem[]
}

/** @param knownCodes the directory's section codes by name, for lists that have only names, and all of them by code */
export function readSections(
  rows: readonly SectionCells[],
  columns: { readonly parents: boolean; readonly path: boolean },
  knownCodes: ReadonlyMap<string, string> = new Map(),
): Sections {
  const problems: Problem[] = []
  const byName = new Map<string, string>()
  for (const row of rows) {
    const name = ownName(row)
    if (row.code !== '' && name !== '' && !byName.has(name)) byName.set(name, row.code)
  }
  const codeOfRow = (row: SectionCells): string => {
    if (row.code !== '') return row.code
    const path = fullPath(row)
    const name = path.at(-1) ?? ''
    if (name === '') return ''
    return path.length > 1 ? path.join('/') : (byName.get(name) ?? knownCodes.get(name) ?? name)
  }
  const codes = rows.map(codeOfRow)

  const names = new Map<string, string>()
  const paths = new Map<string, string>()
  const said = new Map<string, string>()
  const complained = new Set<string>()
  for (const [index, row] of rows.entries()) {
    const code = codes[index]
    if (!code) continue
    const name = ownName(row)
    const first = names.get(code)
    if (
      name !== '' &&
      first !== undefined &&
      first !== '' &&
      first !== name &&
      !complained.has(code + name)
    ) {
      complained.add(code + name)
      problems.push(problem('section-two-names', { ...row.at, value: code }, first))
    }
    if (!first) names.set(code, name)
    paths.set(fullPath(row).join('/'), code)
    if (row.parentCode !== '' && !said.has(code)) said.set(code, row.parentCode)
  }

  const rule: TreeRule = columns.parents
    ? 'parents'
    : columns.path
      ? 'path'
      : prefixParents([...names.keys()]).size > 0
        ? 'codes'
        : 'flat'
  if (rule === 'parents') {
    const known = new Set(knownCodes.values())
    problems.push(...makeParents(rows, { names, known, said }), ...parentLoops(rows, codes, said))
  }
  const parents = parentsBy(rule, rows, codes, { names, paths, said })
  const sections = [...names].map(([code, name]): ListedSection => {
    const parentCode = parents.get(code)
    return { code, name: name === '' ? null : name, ...(parentCode !== undefined && { parentCode }) }
  })
  return { sections: topDown(sections), codes, rule, problems }
}

const ownName = (row: SectionCells): string => row.name || (row.path.at(-1) ?? '')

/** 部, 課, 係 and the section's own name where that is a further one. */
function fullPath(row: SectionCells): readonly string[] {
  const last = row.path.at(-1)
  if (row.name === '' || row.name === last) return row.path
  // 「総務部職員課」 beside 総務部 and 職員課 is the same place again.
  if (last !== undefined && row.name.endsWith(last)) return row.path
  return [...row.path, row.name]
}

interface Known {
  readonly names: Map<string, string>
  readonly paths: Map<string, string>
  readonly said: ReadonlyMap<string, string>
}

/** code → parent; null is the top. Sections above the listed ones, known only by name, are added to `names`. */
function parentsBy(
  rule: TreeRule,
  rows: readonly SectionCells[],
  codes: readonly string[],
  known: Known,
): ReadonlyMap<string, string | null> {
  switch (rule) {
    case 'parents':
      return new Map([...known.names.keys()].map((code) => [code, known.said.get(code) ?? null]))
    case 'codes':
      return prefixParents([...known.names.keys()])
    case 'flat':
      return new Map()
    case 'path': {
      const parents = new Map<string, string | null>()
      const place = (path: readonly string[]): string | null => {
        if (path.length === 0) return null
        const key = path.join('/')
        const code = known.paths.get(key) ?? key
        known.paths.set(key, code)
        if (!known.names.has(code)) known.names.set(code, path.at(-1) ?? key)
        if (!parents.has(code)) {
          parents.set(code, null)
          const above = place(path.slice(0, -1))
          parents.set(code, above === code ? null : above)
        }
        return code
      }
      for (const [index, row] of rows.entries()) if (codes[index]) place(fullPath(row))
      return parents
    }
    default:
      return rule satisfies never
  }
}

/** The digits that mean something: 0100 → 01, 010200 → 0102; by twos where the length is even, as cities number. */
function significant(code: string): string {
  if (code.length >= 4 && code.length % 2 === 0) {
    let end = code.length
    while (end > 2 && code.slice(end - 2, end) === '00') end -= 2
    return code.slice(0, end)
  }
  return code.replace(/(?<=.)0+$/, '')
}

/** Each code's longest other code that is a proper prefix of it in significant digits; only codes that have one. */
export function prefixParents(codes: readonly string[]): ReadonlyMap<string, string> {
  const all = new Set(codes)
  const bySignificant = new Map<string, string>()
  for (const code of codes)
    if (/^[0-9A-Z]{3,}$/.test(code)) bySignificant.set(`${code.length}:${significant(code)}`, code)
  const parents = new Map<string, string>()
  for (const code of codes) {
    const own = significant(code)
    for (let length = own.length - 1; length > 0; length--) {
      const prefix = own.slice(0, length)
      const parent =
        bySignificant.get(`${code.length}:${prefix}`) ??
        // Shorter codes for higher sections: 01 above 0101. One digit more would be plain counting (1 … 10).
        (code.length - length >= 2 && all.has(prefix) ? prefix : undefined)
      if (parent !== undefined && parent !== code) {
        parents.set(code, parent)
        break
      }
    }
  }
  return parents
}

/** Sections that stand above others and have no row of their own: a division (部) in which nobody sits. */
function makeParents(
  rows: readonly SectionCells[],
  {
    names,
    known,
    said,
  }: { names: Map<string, string>; known: ReadonlySet<string>; said: ReadonlyMap<string, string> },
): readonly Problem[] {
  const problems: Problem[] = []
  const wanted = new Set(said.values())
  for (const { parentCode, parentName = '', at } of rows) {
    if (!wanted.has(parentCode) || names.has(parentCode) || known.has(parentCode)) continue
    names.set(parentCode, parentName)
    problems.push(problem('parent-made', { ...at, value: parentCode }, parentName || parentCode))
  }
  return problems
}

/** Each loop of parent codes once, with the way round. */
function parentLoops(
  rows: readonly SectionCells[],
  codes: readonly string[],
  said: ReadonlyMap<string, string>,
): readonly Problem[] {
  const problems: Problem[] = []
  const done = new Set<string>()
  for (const [index, row] of rows.entries()) {
    const way: string[] = []
    let at = codes[index] || undefined
    while (at !== undefined && !done.has(at)) {
      done.add(at)
      way.push(at)
      at = said.get(at)
    }
    const from = at === undefined ? -1 : way.indexOf(at)
    if (at !== undefined && from !== -1)
      problems.push(problem('section-loop', { ...row.at, value: at }, [...way.slice(from), at].join(' → ')))
  }
  return problems
}

/** Parents before their children, otherwise by code; what is in a loop comes last. */
function topDown(sections: readonly ListedSection[]): readonly ListedSection[] {
  const byCode = new Map(sections.map((section) => [section.code, section]))
  const depth = (section: ListedSection): number => {
    let steps = 0
    for (let at: ListedSection | undefined = section; at?.parentCode && steps < 100; steps++)
      at = byCode.get(at.parentCode)
    return steps
  }
  return sections.toSorted((a, b) => depth(a) - depth(b) || (a.code < b.code ? -1 : 1))
}

/** How the tree was read, for the preview. */
export function treeRuleText(rule: TreeRule, tops: number, all: number): Bilingual {
  const count = {
    ja: `所属は${all}、最上位は${tops}です。`,
    en: `${all} ${all === 1 ? 'section' : 'sections'}, ${tops} at the top.`,
  }
  const how: Readonly<Record<TreeRule, Bilingual>> = {
    parents: {
      ja: '所属の上下は「上位所属コード」の列で読みました。',
      en: 'The section tree was read from the column 上位所属コード.',
    },
    path: {
      ja: '所属の上下は「部名・課名・係名」の列で読みました。',
      en: 'The section tree was read from the columns 部名, 課名 and 係名.',
    },
    codes: {
      ja: '所属の上下は所属コードの桁で読みました（例 0101 は 0100 の下）。違う場合は「上位所属コード」の列を足してください。',
      en: 'The section tree was read from the codes (0101 is below 0100). If that is wrong, add a column 上位所属コード.',
    },
    flat: {
      ja: '所属の上下は名簿から読み取れないため、登録済みのままとし、新しい所属は最上位に置きます。部と課の上下があれば「上位所属コード」の列を足してください。',
      en: 'The list does not show a section tree: known sections stay, new ones are at the top. To show one, add a column 上位所属コード.',
    },
  }
  return { ja: how[rule].ja + count.ja, en: `${how[rule].en} ${count.en}` }
}
