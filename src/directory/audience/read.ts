// What the fields of form.ts bring back, read into an audience.
import type { FieldErrors, FormValues } from '../../cards/card.ts'
import { many, raw } from '../../cards/values.ts'
import type { Tx } from '../../db/transaction.ts'
import type { Language } from '../../kernel/language.ts'
import { cutText, normalise } from '../../kernel/words.ts'
import { type Audience, audienceRoles, namedPeopleLimit, titleKey } from '../audience.ts'
import { type AudienceChoices, type AudiencePart, isLong, sectionsInMenu } from './form.ts'
import { peopleByNumber } from './query.ts'
import { textsIn } from './words.ts'

const wordLength = 40
const mostWords = 30

/** What people paste, cut into staff numbers: half width, upper case, without Excel's quotation mark and `.0`. */
export const cutNumbers = (pasted: string): string[] =>
  normalise(pasted, { lines: true })
    .split(/[\s,、;；，]+/)
    .map((one) =>
      one
        .replace(/^'/, '')
        .replace(/^(\d+)\.0+$/, '$1')
        .toUpperCase(),
    )
    .filter((one) => one !== '')

/** As cutNumbers, each once. */
export const splitNumbers = (pasted: string): string[] => [...new Set(cutNumbers(pasted))]

/** Words between commas of any kind. */
const splitWords = (text: string): string[] => [
  ...new Set(
    normalise(text)
      .split(/[,、;・/]+/)
      .map((word) => word.trim())
      .filter((word) => word !== ''),
  ),
]

export type ReadAudience =
  | { readonly audience: Audience; readonly errors?: undefined }
  | { readonly errors: FieldErrors; readonly audience?: undefined }

/**
 * Reads the fields of these parts into the audience; what belongs to the other part is kept. All there is to mend is
 * said at once. Staff numbers are looked up; unknown ones are an error that names them.
 */
export async function readAudience(
  tx: Tx,
  parts: readonly AudiencePart[],
  before: Audience,
  values: FormValues,
  choices: AudienceChoices,
  language: Language,
  on: Temporal.PlainDate,
): Promise<ReadAudience> {
  const errors: Record<string, string> = {}
  let audience: Audience = { ...before }
  if (parts.includes('conditions'))
    audience = readConditions(audience, values, choices, language, (name, why) => {
      errors[name] ??= why
    })
  if (parts.includes('people')) {
    const people = await readNumbers(tx, 'whoNumbers', before.people, values, choices, language, on)
    const without = await readNumbers(
      tx,
      'whoNotNumbers',
      before.except?.people,
      values,
      choices,
      language,
      on,
    )
    if ('error' in people) errors.whoNumbers = people.error
    else if ('error' in without) errors.whoNotNumbers = without.error
    else {
      audience = {
        ...audience,
        people: people.ids.length > 0 ? [...people.ids] : undefined,
        except: tidy({ ...audience.except, people: without.ids.length > 0 ? [...without.ids] : undefined }),
      }
    }
  }
  return Object.keys(errors).length > 0 ? { errors } : { audience: withoutEmpty(audience) }
}

const tidy = (except: NonNullable<Audience['except']>): Audience['except'] =>
  except.people?.length || except.sections?.length ? except : undefined

/** Without keys that say nothing, so that equal audiences are equal as JSON. */
const withoutEmpty = (audience: Audience): Audience => JSON.parse(JSON.stringify(audience))

async function readNumbers(
  tx: Tx,
  name: string,
  before: readonly number[] | undefined,
  values: FormValues,
  choices: AudienceChoices,
  language: Language,
  on: Temporal.PlainDate,
): Promise<{ readonly ids: readonly number[] } | { readonly error: string }> {
  const t = textsIn(language).form
  const typed = splitNumbers(raw(values, name))
  const { personIds, unknown } = await peopleByNumber(tx, typed, on)
  if (unknown.length > 0)
    return { error: t.numbersUnknown(unknown.slice(0, 5).join('、').slice(0, 100), unknown.length) }
  const kept = isLong(before, choices) && !many(values, `${name}Clear`).includes('clear') ? before : undefined
  const ids = [...new Set([...(kept ?? []), ...personIds])]
  return ids.length > namedPeopleLimit ? { error: t.numbersTooMany(namedPeopleLimit) } : { ids }
}

function readConditions(
  before: Audience,
  values: FormValues,
  choices: AudienceChoices,
  language: Language,
  refuse: (name: string, why: string) => void,
): Audience {
  const t = textsIn(language).form
  const codes = (name: string): string[] | undefined => {
    const found =
      choices.sections.length > sectionsInMenu
        ? writtenSections(raw(values, name), choices, language, (why) => refuse(name, why))
        : many(values, name).flatMap((id) => {
            const section = choices.sections.find((each) => String(each.id) === id)
            if (!section) refuse(name, t.choose)
            return section ? [section.code] : []
          })
    return found.length > 0 ? [...new Set(found)] : undefined
  }
  const among = (name: string, known: readonly string[]): string[] | undefined => {
    const found = many(values, name)
    if (found.some((value) => !known.includes(value))) refuse(name, t.choose)
    return found.length > 0 ? [...found] : undefined
  }
  const rank = (name: string): number | undefined => {
    const value = raw(values, name)
    if (value === '') return undefined
    const known = choices.grades.find((grade) => String(grade.rank) === value)
    if (!known) refuse(name, t.choose)
    return known?.rank
  }
  const year = (name: string): number | undefined => {
    const value = normalise(raw(values, name))
    if (value === '') return undefined
    const number = Number(value)
    if (Number.isInteger(number) && number >= 1 && number <= 60) return number
    refuse(name, t.year)
    return undefined
  }
  const ordered = (name: string, span: { from?: number; to?: number }) => {
    if (span.from !== undefined && span.to !== undefined && span.from > span.to) refuse(name, t.order)
    return span.from === undefined && span.to === undefined ? undefined : span
  }
  const sections = codes('whoSections')
  const listedRanks = before.grades?.in
    ? among(
        'whoGrades',
        choices.grades.map((grade) => String(grade.rank)),
      )
    : undefined
  const words = splitWords(raw(values, 'whoOccupations'))
  if (words.length > mostWords || words.some((word) => word.length > wordLength || titleKey(word) === ''))
    refuse('whoOccupations', t.words)
  const roles = among('whoRoles', audienceRoles)
  return {
    ...before,
    sections: sections && { codes: sections, below: many(values, 'whoBelow').includes('below') },
    grades: before.grades?.in
      ? listedRanks && { in: listedRanks.map(Number) }
      : ordered('whoGradeTo', { from: rank('whoGradeFrom'), to: rank('whoGradeTo') }),
    years: ordered('whoYearTo', { from: year('whoYearFrom'), to: year('whoYearTo') }),
    occupations: words.length > 0 ? words : undefined,
    employmentKinds: among(
      'whoKinds',
      choices.employmentKinds.map(({ code }) => code),
    ),
    roles: roles && audienceRoles.filter((role) => roles.includes(role)),
    except: tidy({ ...before.except, sections: codes('whoNotSections') }),
    withAbsent: many(values, 'whoAbsent').includes('absent') || undefined,
  }
}

/** 「税務課、0102」: each by code, by name, or by the part of a name that only one section has. */
function writtenSections(
  text: string,
  { sections }: AudienceChoices,
  language: Language,
  refuse: (why: string) => void,
): string[] {
  const t = textsIn(language).form
  const key = (label: string) => titleKey(label)
  return splitWords(text).flatMap((written) => {
    const asked = key(written)
    const name = (label: string) => key(label.replace(/\([^()]*\)$/, ''))
    const exact = sections.filter(({ code, label }) => key(code) === asked || name(label) === asked)
    const found = exact.length > 0 ? exact : sections.filter(({ label }) => name(label).includes(asked))
    const [section, ...others] = found
    if (!section) refuse(t.sectionUnknown(cutText(written, 40)))
    if (others.length > 0)
      refuse(
        t.sectionSeveral(
          cutText(written, 40),
          found
            .slice(0, 4)
            .map(({ label, code }) => `${label} ${code}`)
            .join('、'),
        ),
      )
    return section && others.length === 0 ? [section.code] : []
  })
}
