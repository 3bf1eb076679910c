// Who lacks an evaluator, on one card, and the form that fills a page of it. Pure.
import type { Block, Button, Card, Field, Form } from '../../../cards/card.ts'
import type { Organisation } from '../../../directory/organisation.ts'
import { addressed, type Person } from '../../../directory/people.ts'
import type { Language } from '../../../kernel/language.ts'
import { cutText } from '../../../kernel/words.ts'
import { type Gap, gapName, type NeededRole, neededRoles } from './find.ts'
import { en } from './texts.en.ts'
import { ja } from './texts.ja.ts'

export const textsIn = (language: Language): typeof ja => (language === 'ja' ? ja : en)

/** A form holds so many sections; the next ones come with the next form. */
export const perForm = 12
const shownSections = 12
const shownNames = 4
/** A form of twelve fields has room for names of this length each. */
const longest = 60

export interface Gaps extends Readonly<Record<NeededRole, readonly Gap[]>> {
  /** Roles that nobody has towards anybody: a small city may do without them. */
  readonly unused: ReadonlySet<NeededRole>
}

const peopleIn = (gaps: readonly Gap[]): number => gaps.reduce((sum, gap) => sum + gap.personIds.length, 0)
const sectionsIn = (gaps: readonly Gap[]): number => new Set(gaps.map((gap) => gap.sectionId)).size

export function gapsCard(
  gaps: Gaps,
  org: Pick<Organisation, 'section'>,
  language: Language,
  note?: string,
): Card {
  const t = textsIn(language)
  const missing = neededRoles.filter((role) => gaps[role].length > 0)
  const used = missing.filter((role) => !gaps.unused.has(role))
  const bySection = new Map<number, string[]>()
  for (const role of used)
    for (const [section, found] of Map.groupBy(gaps[role], (gap) => gap.sectionId))
      bySection.set(section, [...(bySection.get(section) ?? []), t.row(t.role[role], peopleIn(found))])
  const rows = [...bySection].map(([id, lines]) => ({
    text: org.section(id)?.name ?? '',
    detail: lines.join(language === 'ja' ? '、' : ', '),
  }))
  const button = (role: NeededRole, at: number): Button => ({
    label: t.fill(t.role[role]),
    action: { id: 'staff-list.gaps-fill', data: { role } },
    ...(at === 0 && { style: 'primary' }),
  })
  const blocks: Block[] = [
    { type: 'heading', text: t.heading },
    ...(note ? [{ type: 'text' as const, text: [{ bold: note }] }] : []),
    {
      type: 'facts',
      facts: neededRoles.map((role) => ({
        label: t.role[role],
        value: gaps.unused.has(role)
          ? t.unused
          : gaps[role].length > 0
            ? t.count(peopleIn(gaps[role]), sectionsIn(gaps[role]))
            : t.none,
      })),
    },
    { type: 'text', text: used.length > 0 ? t.intro : t.all },
  ]
  if (rows.length > 0) blocks.push({ type: 'list', rows: rows.slice(0, shownSections) })
  if (rows.length > shownSections) blocks.push({ type: 'context', text: t.more(rows.length - shownSections) })
  if (missing.length > 0) blocks.push({ type: 'buttons', buttons: missing.map(button) })
  return { summary: t.summary, language, blocks }
}

/** The first page of gaps of a role, each with the head of the section as its proposal. */
export function gapsForm(
  role: NeededRole,
  gaps: readonly Gap[],
  org: Pick<Organisation, 'section'>,
  people: ReadonlyMap<number, Person>,
  language: Language,
): Form {
  const t = textsIn(language)
  const page = gaps.slice(0, perForm)
  const name = (id: number) => {
    const person = people.get(id)
    return person ? cutText(addressed(person, language), longest) : ''
  }
  const field = (gap: Gap): Field => {
    const section = cutText(org.section(gap.sectionId)?.name ?? '', longest)
    const names = gap.personIds.slice(0, shownNames).map(name)
    const proposed = gap.proposed === null ? undefined : people.get(gap.proposed)
    const about =
      gap.kind === 'section' ? [t.hint(names, gap.personIds.length - names.length)] : ([] as string[])
    const hint = [...about, ...(proposed ? [] : [t.nobody])].join('　')
    return {
      type: 'person',
      name: gapName(gap),
      label:
        gap.kind === 'section'
          ? t.section(section, gap.personIds.length)
          : t.person(name(gap.personIds[0] ?? 0), section),
      optional: true,
      ...(hint && { hint }),
      ...(proposed && {
        value: String(proposed.id),
        shown: cutText(`${proposed.name} ${proposed.title}`.trim(), longest),
      }),
    }
  }
  return {
    id: 'staff-list.gaps-save',
    language,
    title: t.title(t.role[role]),
    submit: t.submit,
    cancel: t.cancel,
    data: { role, of: page.map(gapName).join(',') },
    intro: t.formIntro(gaps.length - page.length),
    fields: page.map(field),
  }
}
