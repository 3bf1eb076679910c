// The fields with which an audience is chosen, for the forms of whoever needs one. read.ts reads them back.
import type { Field, Option } from '../../cards/card.ts'
import type { Tx } from '../../db/transaction.ts'
import type { Language } from '../../kernel/language.ts'
import { type Audience, audienceRoles, type Reach } from '../audience.ts'
import { loadOrganisation } from '../load.ts'
import { textsIn } from './words.ts'

/**
 * conditions: sections, grades, years, occupation, employment, roles, exceptions · people: staff numbers, pasted. A form
 * shows one part or both; the other part of the audience stays as it is.
 */
export type AudiencePart = 'conditions' | 'people'

/** Longer menus of sections become a field in which names or codes are written. */
export const sectionsInMenu = 150
/** What a text field holds on every platform. */
const fieldLength = 3_000

export interface AudienceChoices {
  /** Within the reach, in the order of codes. */
  readonly sections: readonly { readonly id: number; readonly code: string; readonly label: string }[]
  readonly grades: readonly { readonly rank: number; readonly name: string }[]
  readonly employmentKinds: readonly { readonly code: string; readonly name: string }[]
  /** Staff numbers of the people whom the audience names or leaves out. */
  readonly numbers: ReadonlyMap<number, string>
}

/** What can be chosen by somebody with this reach, and what the present audience names. */
export async function loadAudienceChoices(
  tx: Tx,
  reach: Reach,
  audience: Audience,
  on: Temporal.PlainDate,
): Promise<AudienceChoices> {
  const org = await loadOrganisation(tx, on, [])
  const shown = org
    .sections()
    .filter(({ id }) => reach.some(({ sections }) => sections === 'all' || sections.has(id)))
  const ids = [...(audience.people ?? []), ...(audience.except?.people ?? [])]
  const people =
    ids.length === 0
      ? []
      : await tx.person.findMany({ where: { id: { in: ids } }, select: { id: true, number: true } })
  return {
    sections: shown.map(({ id, code, name }) => {
      const above = org.chain(id)[1]?.name
      return { id, code, label: above ? `${name}(${above})` : name }
    }),
    grades: await tx.grade.findMany({ select: { rank: true, name: true }, orderBy: { rank: 'asc' } }),
    employmentKinds: await tx.employmentKind.findMany({
      select: { code: true, name: true },
      orderBy: { id: 'asc' },
    }),
    numbers: new Map(people.map(({ id, number }) => [id, number])),
  }
}

const numbersOf = (ids: readonly number[] | undefined, { numbers }: AudienceChoices): string =>
  (ids ?? []).map((id) => numbers.get(id) ?? '').join('\n')

/** Whether the people are so many that their numbers do not fit into the field: what is typed is then added. */
export const isLong = (ids: readonly number[] | undefined, choices: AudienceChoices): boolean =>
  numbersOf(ids, choices).length > fieldLength

/** Fields for a form; their names begin with `who`. */
export function audienceFields(
  parts: readonly AudiencePart[],
  audience: Audience,
  choices: AudienceChoices,
  language: Language,
): readonly Field[] {
  return [
    ...(parts.includes('conditions') ? conditionFields(audience, choices, language) : []),
    ...(parts.includes('people') ? peopleFields(audience, choices, language) : []),
  ]
}

function sectionField(
  name: string,
  texts: { readonly menu: string; readonly hint: string },
  codes: readonly string[] | undefined,
  { sections }: AudienceChoices,
  language: Language,
): Field {
  const t = textsIn(language).form
  const chosen = new Set(codes ?? [])
  if (sections.length > sectionsInMenu)
    return {
      name,
      type: 'text',
      label: `${texts.menu}(${t.sectionsWritten})`,
      hint: texts.hint,
      optional: true,
      value: [...chosen].join('、'),
      maxLength: fieldLength,
    }
  return {
    name,
    type: 'multiselect',
    label: texts.menu,
    hint: texts.hint,
    optional: true,
    options: sections.map(({ id, label }): Option => ({ label, value: String(id) })),
    values: sections.filter(({ code }) => chosen.has(code)).map(({ id }) => String(id)),
  }
}

function conditionFields(audience: Audience, choices: AudienceChoices, language: Language): Field[] {
  const t = textsIn(language)
  const { sections, grades, years, occupations, employmentKinds, roles, except } = audience
  const any: Option = { label: t.form.any, value: '' }
  const ranks = choices.grades.map((grade): Option => ({ label: grade.name, value: String(grade.rank) }))
  const grade = (name: string, label: string, rank: number | undefined): Field => ({
    name,
    label,
    type: 'select',
    optional: true,
    options: [any, ...ranks],
    value: rank === undefined ? '' : String(rank),
  })
  const year = (name: string, label: string, value: number | undefined): Field => ({
    name,
    label,
    hint: t.form.yearHint,
    type: 'number',
    optional: true,
    min: 1,
    max: 60,
    ...(value !== undefined && { value }),
  })
  const written = choices.sections.length > sectionsInMenu
  return [
    sectionField(
      'whoSections',
      { menu: t.form.sections, hint: written ? t.form.sectionsWrittenHint : t.form.sectionsHint },
      sections?.codes,
      choices,
      language,
    ),
    {
      name: 'whoBelow',
      label: t.form.below,
      type: 'checkboxes',
      optional: true,
      options: [{ label: t.form.belowOption, value: 'below' }],
      values: (sections?.below ?? true) ? ['below'] : [],
    },
    ...(ranks.length === 0
      ? []
      : grades?.in
        ? [
            {
              name: 'whoGrades',
              label: t.form.grades,
              type: 'multiselect',
              optional: true,
              options: ranks,
              values: grades.in.map(String),
            } as const,
          ]
        : [
            grade('whoGradeFrom', t.form.gradeFrom, grades?.from),
            grade('whoGradeTo', t.form.gradeTo, grades?.to),
          ]),
    year('whoYearFrom', t.form.yearFrom, years?.from),
    year('whoYearTo', t.form.yearTo, years?.to),
    {
      name: 'whoOccupations',
      label: t.form.occupations,
      hint: t.form.occupationsHint,
      type: 'text',
      optional: true,
      value: (occupations ?? []).join('、'),
      maxLength: 500,
    },
    ...(choices.employmentKinds.length === 0
      ? []
      : [
          {
            name: 'whoKinds',
            label: t.form.employmentKinds,
            type: 'multiselect',
            optional: true,
            options: choices.employmentKinds.map((kind) => ({ label: kind.name, value: kind.code })),
            values: employmentKinds ?? [],
          } as const,
        ]),
    {
      name: 'whoRoles',
      label: t.form.roles,
      type: 'multiselect',
      optional: true,
      options: audienceRoles.map((role) => ({ label: t.roles[role], value: role })),
      values: roles ?? [],
    },
    sectionField(
      'whoNotSections',
      { menu: t.form.exceptSections, hint: t.form.exceptSectionsHint },
      except?.sections,
      choices,
      language,
    ),
    {
      name: 'whoAbsent',
      label: t.form.absent,
      type: 'checkboxes',
      optional: true,
      options: [{ label: t.form.absentOption, value: 'absent' }],
      values: audience.withAbsent ? ['absent'] : [],
    },
  ]
}

function peopleFields(audience: Audience, choices: AudienceChoices, language: Language): Field[] {
  const t = textsIn(language).form
  const field = (name: string, label: string, ids: readonly number[] | undefined): Field[] => {
    const long = isLong(ids, choices)
    return [
      {
        name,
        label,
        hint: long ? t.numbersLong(ids?.length ?? 0) : t.numbersHint,
        type: 'text',
        multiline: true,
        optional: true,
        maxLength: fieldLength,
        ...(!long && { value: numbersOf(ids, choices) }),
      },
      ...(long
        ? [
            {
              name: `${name}Clear`,
              label: t.clear,
              type: 'checkboxes',
              optional: true,
              options: [{ label: t.clearOption, value: 'clear' }],
            } as const,
          ]
        : []),
    ]
  }
  return [
    ...field('whoNumbers', t.numbers, audience.people),
    ...field('whoNotNumbers', t.exceptNumbers, audience.except?.people),
  ]
}
