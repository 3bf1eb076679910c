// A staff list of a city that does not exist, as its personnel system would write it: CP932, titles and grades of a
// pyramid, dates of hire in whatever way the officer of that year wrote them, no e-mail where there is no PC, a stray
// space here and there, one row twice. The same seed gives the same bytes.
import iconv from 'iconv-lite'
import { formatDateEra } from '../../../kernel/format.ts'
import { departments } from './city.ts'
import { families, givens } from './names.ts'

export interface SampleOptions {
  /** 20 to 5,000 */
  readonly staff: number
  readonly seed: number
  /** The list is as of 1 April of this year. */
  readonly fiscalYear: number
}

export interface Sample {
  readonly csvCp932: Uint8Array
  /** The titles first. */
  readonly rows: readonly (readonly string[])[]
}

export const sampleTitles = [
  '職員番号',
  '氏名',
  'フリガナ',
  '所属コード',
  '所属名',
  '職名',
  '級',
  '採用年月日',
  'メールアドレス',
  '任用区分',
  '上司',
  '一次評価者',
  '二次評価者',
] as const

/** How many people a section (課) has about. */
const sectionSize = 15

interface Member {
  readonly sectionCode: string
  readonly sectionName: string
  readonly title: string
  readonly grade: number | null
  readonly kind: string
  readonly online: boolean
  number: string
  supervisor: Member | null
  first: Member | null
  second: Member | null
}

export function sampleCity({ staff, seed, fiscalYear }: SampleOptions): Sample {
  if (!Number.isInteger(staff) || staff < 20 || staff > 5000)
    throw new RangeError('A sample city has 20 to 5,000 members of staff')
  const random = generator(seed)
  const pick = <Value>(values: readonly Value[]): Value => {
    const value = values[Math.floor(random() * values.length)]
    if (value === undefined) throw new RangeError('Nothing to pick from')
    return value
  }
  const addresses = new Map<string, number>()
  const address = (family: string, given: string): string => {
    const local = `${family}-${given}`
    const used = (addresses.get(local) ?? 0) + 1
    addresses.set(local, used)
    return `${local}${used > 1 ? used : ''}@city.example.lg.jp`
  }
  const members = people(staff)
  const rows = members.map((member) => rowOf(member))
  // One row twice, as happens when two extracts are put together.
  const twice = rows[Math.floor(rows.length / 2)]
  const table = [[...sampleTitles], ...rows, ...(twice ? [twice] : [])]
  const text = `${table.map((row) => row.map(quoted).join(',')).join('\r\n')}\r\n`
  const csvCp932 = iconv.encode(text, 'cp932')
  if (iconv.decode(csvCp932, 'cp932') !== text)
    throw new RangeError('A sample name cannot be written in CP932')
  return { csvCp932, rows: table }

  function people(total: number): Member[] {
    const made: Member[] = []
    const add = (
      place: readonly [code: string, name: string],
      title: string,
      grade: number | null,
      above: { supervisor: Member | null; first: Member | null; second: Member | null },
      more: { kind?: string; online?: boolean } = {},
    ): Member => {
      const member: Member = {
        sectionCode: place[0],
        sectionName: place[1],
        title,
        grade,
        kind: more.kind ?? '正規',
        online: more.online ?? true,
        number: '',
        ...above,
      }
      made.push(member)
      return member
    }
    const nobody = { supervisor: null, first: null, second: null }
    const mayor = add(['000100', '市長室'], '副市長', null, nobody, { kind: '特別職' })
    const wanted = Math.max(1, Math.min(Math.round(total / sectionSize), 100))
    const divisions = spread(wanted)
    const sizes = shares(total - 1 - divisions.length, divisions.flatMap(({ names }) => names).length)
    let index = 0
    for (const [d, { name, names }] of divisions.entries()) {
      const code = String(d + 1).padStart(2, '0')
      const head = add([`${code}0000`, name], '部長', 7, { supervisor: mayor, first: mayor, second: null })
      for (const [s, sectionName] of names.entries()) {
        const place = [`${code}${String(s + 1).padStart(2, '0')}00`, sectionName] as const
        section(add, place, sizes[index] ?? 0, head, mayor)
        index += 1
      }
    }
    for (const [i, member] of made.entries())
      member.number = String(100_000 + Math.floor((i * 900_000) / made.length / 1.2) + 17)
    return made
  }

  /** 課長, then 補佐 and 係長, then everybody else; facilities without desks have no e-mail. */
  function section(
    add: (
      place: readonly [string, string],
      title: string,
      grade: number | null,
      above: { supervisor: Member | null; first: Member | null; second: Member | null },
      more?: { kind?: string; online?: boolean },
    ) => Member,
    place: readonly [string, string],
    size: number,
    head: Member,
    mayor: Member,
  ): void {
    if (size <= 0) return
    const facility = /(保育園|保育課)$/.test(place[1])
    const manual = /(環境課|浄水場|給食センター|道路維持課)$/.test(place[1])
    const chiefTitle = /保育園$|図書館$|公民館$/.test(place[1])
      ? facility
        ? '園長'
        : '館長'
      : /支所$/.test(place[1])
        ? '支所長'
        : /消防署$/.test(place[1])
          ? '署長'
          : '課長'
    const chief = add(place, chiefTitle, 6, { supervisor: head, first: head, second: mayor })
    const under = (supervisor: Member) => ({ supervisor, first: chief, second: head })
    let left = size - 1
    const deputy = left >= 11 ? add(place, '課長補佐', 5, under(chief)) : chief
    if (deputy !== chief) left -= 1
    const leaders: Member[] = []
    for (let n = Math.max(1, Math.round(size / 7)); n > 0 && left > 0; n--, left--)
      leaders.push(add(place, '係長', 5, under(deputy)))
    const titles = ['主査', '主任', '主事', '主査', '主任', '主事', '主任', '主事', '主事補'] as const
    const grades = { 主査: 4, 主任: 3, 主事: 2, 主事補: 1 } as const
    for (let n = 0; n < left; n++) {
      const leader = leaders[n % Math.max(1, leaders.length)] ?? chief
      const chance = random()
      if (chance < 0.14) {
        const kind = chance < 0.06 ? '会計年度任用（フルタイム）' : '会計年度任用（パートタイム）'
        const title = facility ? '保育補助員' : '事務補助員'
        add(place, title, null, under(leader), { kind, online: chance < 0.06 && !facility })
      } else if ((facility || /こども課$/.test(place[1])) && n % 2 === 0)
        add(place, '保育士', chance < 0.5 ? 2 : 3, under(leader), { online: false })
      else if (manual && n % 2 === 0) add(place, '技能員', 2, under(leader), { online: false })
      else {
        const title = titles[n % titles.length] ?? '主事'
        const kind =
          chance > 0.97
            ? '暫定再任用'
            : chance > 0.95
              ? '定年前再任用短時間'
              : chance > 0.92
                ? '任期付'
                : '正規'
        add(place, title, grades[title], under(leader), { kind })
      }
    }
  }

  function rowOf(member: Member): string[] {
    const family = pick(families)
    const given = pick(givens)
    const name = `${family[0]}${pick(['　', ' ', ' ', ' '])}${given[0]}${random() < 0.04 ? ' ' : ''}`
    const grade =
      member.grade === null ? '' : random() < 0.05 ? wide(String(member.grade)) : String(member.grade)
    return [
      member.number,
      name,
      `${family[1]} ${given[1]}`,
      member.sectionCode,
      member.sectionName,
      member.title,
      grade,
      dateOf(member),
      member.online ? address(family[2], given[2]) : '',
      member.kind,
      member.supervisor?.number ?? '',
      member.first?.number ?? '',
      member.second?.number ?? '',
    ]
  }

  function dateOf(member: Member): string {
    const served = serviceYears(member, random())
    const part = /会計年度|任期付|再任用/.test(member.kind)
    const month = !part && random() < 0.06 ? 10 : 4
    const year = part ? fiscalYear : fiscalYear - served - (month === 10 ? 1 : 0)
    const date = Temporal.PlainDate.from({ year, month, day: 1 })
    const era = formatDateEra(date)
    const short = era
      .replace('令和', 'R')
      .replace('平成', 'H')
      .replace('昭和', 'S')
      .replace('元年', '1年')
      .replace(/年|月/g, '.')
      .replace('日', '')
    return pick([`${year}/${month}/1`, `${year}/${month}/1`, short, short, era, date.toString()])
  }
}

const serviceYears = ({ grade, kind }: Member, chance: number): number => {
  if (kind === '特別職') return 3
  const [from, to] = [
    [0, 3],
    [0, 2],
    [1, 8],
    [7, 15],
    [12, 24],
    [18, 32],
    [26, 36],
    [30, 37],
  ][grade ?? 0] ?? [0, 3]
  return (from ?? 0) + Math.floor(chance * ((to ?? 0) - (from ?? 0) + 1))
}

/** mulberry32: small, fast, the same everywhere. */
function generator(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** So many sections over as many departments as such a city has. */
function spread(wanted: number): { name: string; names: string[] }[] {
  const count = Math.max(1, Math.min(departments.length, Math.ceil(wanted / 3)))
  const chosen = departments.slice(0, count).map(({ name }) => ({ name, names: [] as string[] }))
  for (let round = 0, left = wanted; left > 0 && round < 30; round++) {
    for (const [d, division] of chosen.entries()) {
      const section = departments[d]?.sections[round]
      if (section === undefined || left === 0) continue
      division.names.push(section)
      left -= 1
    }
  }
  return chosen
}

/** `total` into `parts` as evenly as whole people allow. */
const shares = (total: number, parts: number): number[] =>
  Array.from(
    { length: parts },
    (_, i) => Math.floor((total * (i + 1)) / parts) - Math.floor((total * i) / parts),
  )

const wide = (text: string): string =>
  text.replace(/\d/g, (digit) => String.fromCodePoint((digit.codePointAt(0) ?? 0) + 0xfee0))

const quoted = (cell: string): string => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)
