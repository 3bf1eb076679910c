// An audience said in one line: 「税務課(下の所属も含む)、4級以上、採用1〜3年目の方。2名を除く」. No names of people.
import type { Tx } from '../../db/transaction.ts'
import type { Bilingual, Language } from '../../kernel/language.ts'
import { type Audience, conditionsOf } from '../audience.ts'
import { loadOrganisation } from '../load.ts'
import type { Organisation } from '../organisation.ts'
import { en } from './texts.en.ts'
import { ja } from './texts.ja.ts'

export const textsIn = (language: Language): typeof ja => (language === 'en' ? en : ja)

/** What the codes and ranks of audiences are called. */
export interface AudienceNames {
  section(code: string): string | undefined
  grade(rank: number): string | undefined
  employmentKind(code: string): string | undefined
}

export async function loadAudienceNames(
  tx: Tx,
  on: Temporal.PlainDate,
  known?: Organisation,
): Promise<AudienceNames> {
  const org = known ?? (await loadOrganisation(tx, on, []))
  const grades = await tx.grade.findMany({ select: { rank: true, name: true } })
  const kinds = await tx.employmentKind.findMany({ select: { code: true, name: true } })
  const [sections, ranks, named] = [
    new Map(org.sections().map(({ code, name }) => [code, name])),
    new Map(grades.map((grade) => [grade.rank, grade.name])),
    new Map(kinds.map(({ code, name }) => [code, name])),
  ]
  return {
    section: (code) => sections.get(code),
    grade: (rank) => ranks.get(rank),
    employmentKind: (code) => named.get(code),
  }
}

/** So many of a list are named, the others counted. */
const listed = 4

interface Saying {
  /** What the audience's group is called; absent when it is gone. */
  readonly group?: Bilingual | undefined
  /** The reader may write to a part of the city only. */
  readonly partOnly?: boolean
}

/** Several of a kind, the first few by name. */
function several(names: readonly string[], language: Language): string {
  const t = textsIn(language)
  const shown = names.slice(0, listed).join(t.any)
  return names.length > listed ? t.more(shown, names.length - listed) : shown
}

/** The audience in words, for cards and for the trail. */
export function audienceLine(
  audience: Audience,
  names: AudienceNames,
  language: Language,
  { group, partOnly = false }: Saying = {},
): string {
  const t = textsIn(language)
  const sectionNames = (codes: readonly string[]) =>
    several(
      codes.map((code) => names.section(code) ?? t.goneSection(code)),
      language,
    )
  const grade = (rank: number) => names.grade(rank) ?? t.rank(rank)
  const said = conditionsOf(audience).map((condition): string => {
    switch (condition) {
      case 'sections':
        return t.sections(sectionNames(audience.sections?.codes ?? []), audience.sections?.below ?? false)
      case 'grades': {
        const { from, to, in: ranks } = audience.grades ?? {}
        if (ranks) return several(ranks.map(grade), language)
        if (from !== undefined && to !== undefined)
          return from === to ? grade(from) : t.gradeSpan(grade(from), grade(to))
        return from !== undefined ? t.grades.from(grade(from)) : t.grades.to(grade(to ?? 0))
      }
      case 'years': {
        const { from, to } = audience.years ?? {}
        if (from !== undefined && to !== undefined) return t.yearSpan(from, to)
        return from !== undefined ? t.years.from(from) : t.years.to(to ?? 0)
      }
      case 'occupations':
        return t.occupations(several(audience.occupations ?? [], language))
      case 'employmentKinds':
        return several(
          (audience.employmentKinds ?? []).map((code) => names.employmentKind(code) ?? code),
          language,
        )
      case 'roles':
        return several(
          (audience.roles ?? []).map((role) => t.roles[role]),
          language,
        )
      case 'people':
        return t.people(audience.people?.length ?? 0)
      case 'group':
        return t.group(group?.[language] ?? t.goneGroup)
      default:
        return condition satisfies never
    }
  })
  const all = partOnly ? t.everybodyWithin : t.everybody
  const last = said.at(-1)
  const whom = last === undefined ? all : said.join(t.joint) + (last.endsWith('方') ? '' : t.suffix)
  const without = [
    ...(audience.except?.sections?.length ? [sectionNames(audience.except.sections)] : []),
    ...(audience.except?.people?.length ? [t.exceptPeople(audience.except.people.length)] : []),
  ]
  const line = without.length > 0 ? whom + t.except(without.join(t.any)) : whom
  return audience.withAbsent ? t.absent(line) : line
}
