// 1 April: a list of 3,000 people in which 120 sections have other codes and names, mapped to the old ones, and applied.
import iconv from 'iconv-lite'
import { importFile, sampleCity } from '../../../src/features/staff-list/index.ts'
import { type BenchCity, FISCAL_YEAR, openCity, SEED, STAFF } from '../city.ts'
import { type Bench, timed } from '../figure.ts'

const changed = 120
const titles = ['職員番号', '氏名', '所属コード', '所属名', '職名', '一次評価者']

interface Placed {
  readonly cells: readonly string[]
  readonly code: string
  readonly name: string
}

/** The sample's people, every other one in a section of its own, so that there are two hundred of them. */
function placedPeople(): readonly Placed[] {
  const { rows } = sampleCity({ staff: STAFF, seed: SEED, fiscalYear: FISCAL_YEAR })
  const [head = [], ...people] = rows
  const at = (title: string) => head.indexOf(title)
  const [number, name, code, section, title, first] = titles.map(at)
  const seen = new Set<string>()
  return people.flatMap((row, index) => {
    const cell = (column: number | undefined) => row[column ?? -1] ?? ''
    if (seen.has(cell(number))) return []
    seen.add(cell(number))
    const second = index % 2 === 1
    return [
      {
        cells: [cell(number), cell(name), cell(title), cell(first)],
        code: second ? `${cell(code)}9` : cell(code),
        name: second ? `${cell(section)}第二` : cell(section),
      },
    ]
  })
}

const csv = (people: readonly Placed[]): Uint8Array =>
  iconv.encode(
    [
      titles,
      ...people.map(({ cells: [number, name, title, first], code, name: section }) => [
        number,
        name,
        code,
        section,
        title,
        first,
      ]),
    ]
      .map((row) => row.join(','))
      .join('\r\n'),
    'cp932',
  )

export const importReorganised: Bench<undefined> = {
  name: 'import-reorganised',
  unit: 'ms',
  target: 5000,
  control: 'the same list again',
  measure: async () => {
    const city = await openCity()
    try {
      return await measureIn(city)
    } finally {
      await city.close()
      await city.remove()
    }
  },
}

async function measureIn({ city: { core } }: BenchCity) {
  const before = placedPeople()
  const day = (year: number) => Temporal.PlainDate.from({ year, month: 4, day: 1 })
  const bring = async (
    people: readonly Placed[],
    year: number,
    mapping: readonly { from: string; to: string }[],
  ) => {
    const request = { bytes: csv(people), name: 'list.csv', effectiveOn: day(year), actorId: null, mapping }
    const result = await importFile(core, { ...request, apply: true, markMissingAsLeft: true })
    if (!result.usable) throw new Error('the list cannot be read')
    return result
  }
  if (!(await bring(before, FISCAL_YEAR - 1, [])).applied) throw new Error('the first list was not applied')
  const codes = [...new Set(before.map(({ code }) => code))].slice(0, changed)
  if (codes.length < changed) throw new Error('there are too few sections')
  const mapping = codes.map((from) => ({ from, to: `N${from}` }))
  const renewed = new Set(codes)
  // One in thirty really moves, to the next section of the list.
  const after = before.map((person, index): Placed => {
    const { code, name, ...rest } =
      index % 30 === 7 ? { ...person, ...place(before[index + 1] ?? person) } : person
    return renewed.has(code) ? { ...rest, code: `N${code}`, name: `新${name}` } : { ...rest, code, name }
  })
  let moved = -1
  const value = await timed(async () => {
    const { counts, applied } = await bring(after, FISCAL_YEAR, mapping)
    if (!applied) throw new Error('nothing was applied')
    moved = counts.moved
  })
  if (moved > after.length / 30 + 1) throw new Error(`${moved} have moved, who have not`)
  return { value, control: await timed(() => bring(after, FISCAL_YEAR, [])) }
}

const place = ({ code, name }: Placed) => ({ code, name })
