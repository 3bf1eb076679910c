// The forms with which a programme is set up, and how they are read.
import type { FieldErrors, Form, FormValues } from '../../cards/card.ts'
import { one } from '../../cards/values.ts'
import type { MentoringProgramme } from '../../db/generated/client.ts'
import { fromDbDate, fromDbDateOrNull } from '../../db/time.ts'
import type { Actor } from '../../directory/actor.ts'
import type { Language } from '../../kernel/language.ts'
import { normalise } from '../../kernel/words.ts'
import { isHr } from './access.ts'
import { PARTS, USUAL_WEIGHTS } from './matching/rules.ts'
import { objectives, weightsSchema } from './scene.ts'
import { textsIn } from './texts.ts'

export const cadences = ['weekly', 'biweekly', 'monthly', 'quarterly'] as const
export const programmeKinds = ['mentor', 'handover', 'hires'] as const
export type ProgrammeKind = (typeof programmeKinds)[number]

/** What a programme may be, or become: people who are to join are HR's to invite, and only to what was made for them. */
export function kindsFor(
  actor: Pick<Actor, 'grants'>,
  programme?: Pick<MentoringProgramme, 'kind'>,
): readonly ProgrammeKind[] {
  if (programme?.kind === 'hires') return ['hires']
  return programme || !isHr(actor) ? ['mentor', 'handover'] : programmeKinds
}

export const several = (values: FormValues, name: string): readonly string[] => {
  const value = values[name]
  return typeof value === 'string' ? (value === '' ? [] : [value]) : (value ?? [])
}

export function programmeForm(
  programme: MentoringProgramme | undefined,
  contact: string | undefined,
  kinds: readonly ProgrammeKind[],
  language: Language,
): Form {
  const all = textsIn(language)
  const t = all.form
  const until = fromDbDateOrNull(programme?.signUpUntil)
  const lines = (name: 'topics' | 'styles' | 'times', usual: readonly string[]) =>
    ({
      name,
      type: 'text',
      label: t[name],
      multiline: true,
      optional: true,
      maxLength: 2_000,
      value: (programme?.[name] ?? usual).join('\n'),
    }) as const
  return {
    language,
    id: 'mentoring.save',
    title: programme ? t.editTitle : t.createTitle,
    submit: all.save,
    cancel: all.cancel,
    data: programme ? { programme: programme.id, version: programme.version } : {},
    fields: [
      {
        name: 'kind',
        type: 'select',
        label: t.kind,
        options: kinds.map((value) => ({ value, label: all.kinds[value] })),
        value: programme?.kind ?? 'mentor',
      },
      {
        name: 'name',
        type: 'text',
        label: t.name,
        hint: t.nameHint,
        maxLength: 60,
        ...(programme && { value: programme.name }),
      },
      {
        name: 'startsOn',
        type: 'date',
        label: t.startsOn,
        ...(programme && { value: fromDbDate(programme.startsOn).toString() }),
      },
      {
        name: 'endsOn',
        type: 'date',
        label: t.endsOn,
        ...(programme && { value: fromDbDate(programme.endsOn).toString() }),
      },
      {
        name: 'signUpUntil',
        type: 'date',
        label: t.signUpUntil,
        optional: true,
        ...(until && { value: until.toString() }),
      },
      {
        name: 'cadence',
        type: 'select',
        label: all.cadence,
        options: cadences.map((value) => ({ value, label: all.cadences[value] })),
        value: programme?.cadence ?? 'monthly',
      },
      {
        name: 'capacity',
        type: 'number',
        label: t.capacity,
        min: 1,
        max: 20,
        value: programme?.capacity ?? 1,
      },
      {
        name: 'contact',
        type: 'person',
        label: t.contact,
        hint: t.contactHint,
        optional: true,
        ...(programme?.contactId && { value: String(programme.contactId), shown: contact ?? '' }),
      },
      lines('topics', all.usualTopics),
      lines('styles', all.usualStyles),
      lines('times', all.usualTimes),
    ],
  }
}

export interface ProgrammeFields {
  readonly kind: ProgrammeKind
  readonly name: string
  readonly startsOn: Temporal.PlainDate
  readonly endsOn: Temporal.PlainDate
  readonly signUpUntil: Temporal.PlainDate | null
  readonly cadence: string
  readonly capacity: number
  readonly contactId: number | null
  readonly topics: string[]
  readonly styles: string[]
  readonly times: string[]
}
type Read<Fields> = { readonly fields: Fields } | { readonly errors: FieldErrors }

const dayOf = (value: string): Temporal.PlainDate | undefined => {
  try {
    return value === '' ? undefined : Temporal.PlainDate.from(value)
  } catch {
    return undefined
  }
}
const wholeOf = (value: string): number | undefined => (/^-?\d{1,4}$/.test(value) ? Number(value) : undefined)

export function readProgramme(
  values: FormValues,
  kinds: readonly ProgrammeKind[],
  today: Temporal.PlainDate,
  language: Language,
): Read<ProgrammeFields> {
  const t = textsIn(language).form.bad
  const errors: Record<string, string> = {}
  const lines = (name: string): string[] => {
    const raw = values[name]
    const said = normalise(typeof raw === 'string' ? raw : '', { lines: true })
    const found = [...new Set(said.split('\n').map((line) => line.trim()))].filter((line) => line !== '')
    if (found.length > 30 || found.some((line) => line.length > 60)) errors[name] = t.many
    return found
  }
  const kind = kinds.find((each) => each === one(values, 'kind')) ?? kinds[0] ?? 'mentor'
  const cadence = cadences.find((each) => each === one(values, 'cadence')) ?? 'monthly'
  const name = one(values, 'name')
  if (name === '' || name.length > 60) errors.name = t.required
  const startsOn = dayOf(one(values, 'startsOn'))
  const endsOn = dayOf(one(values, 'endsOn'))
  if (!startsOn) errors.startsOn = t.required
  if (!endsOn) errors.endsOn = t.required
  if (startsOn && endsOn && Temporal.PlainDate.compare(startsOn, endsOn) >= 0) errors.endsOn = t.dates
  const signUpUntil = dayOf(one(values, 'signUpUntil')) ?? null
  if (
    signUpUntil &&
    (Temporal.PlainDate.compare(signUpUntil, today) < 0 ||
      (endsOn && Temporal.PlainDate.compare(signUpUntil, endsOn) >= 0))
  )
    errors.signUpUntil = t.signUp
  const capacity = wholeOf(one(values, 'capacity'))
  if (capacity === undefined || capacity < 1 || capacity > 20) errors.capacity = t.number(1, 20)
  const contact = one(values, 'contact')
  const fields = { topics: lines('topics'), styles: lines('styles'), times: lines('times') }
  if (Object.keys(errors).length > 0 || !startsOn || !endsOn || capacity === undefined) return { errors }
  const contactId = contact === '' ? null : Number(contact)
  return { fields: { kind, name, startsOn, endsOn, signUpUntil, cadence, capacity, contactId, ...fields } }
}

export function rulesForm(programme: MentoringProgramme, language: Language): Form {
  const all = textsIn(language)
  const t = all.rules
  const weights = weightsSchema.safeParse(programme.weights).data ?? USUAL_WEIGHTS
  return {
    language,
    id: 'mentoring.rules',
    title: t.title,
    submit: all.save,
    cancel: all.cancel,
    data: { programme: programme.id, version: programme.version },
    fields: [
      {
        name: 'gradesAbove',
        type: 'number',
        label: t.gradesAbove,
        min: 0,
        max: 20,
        optional: true,
        ...(programme.gradesAbove !== null && { value: programme.gradesAbove }),
      },
      {
        name: 'apartBy',
        type: 'select',
        label: t.apartBy,
        options: t.apart.map((label, i) => ({ label, value: String(i - 1) })),
        value: String(programme.apartBy),
      },
      {
        name: 'objective',
        type: 'select',
        label: t.objective,
        options: objectives.map((value) => ({ value, label: t.objectives[value] })),
        value: programme.objective,
      },
      ...PARTS.map(
        (part) =>
          ({
            name: `weight-${part}`,
            type: 'number',
            label: t.weight(all.parts[part]),
            min: 0,
            max: 100,
            value: weights[part],
          }) as const,
      ),
      {
        name: 'acceptDays',
        type: 'number',
        label: t.acceptDays,
        min: 1,
        max: 30,
        value: programme.acceptDays,
      },
    ],
  }
}

export interface RuleFields {
  readonly gradesAbove: number | null
  readonly apartBy: number
  readonly objective: string
  readonly weights: Record<(typeof PARTS)[number], number>
  readonly acceptDays: number
}

export function readRules(values: FormValues, language: Language): Read<RuleFields> {
  const t = textsIn(language).form.bad
  const errors: Record<string, string> = {}
  const number = (name: string, from: number, to: number): number => {
    const found = wholeOf(one(values, name))
    if (found === undefined || found < from || found > to) errors[name] = t.number(from, to)
    return found ?? from
  }
  const weights = {
    topics: number('weight-topics', 0, 100),
    wish: number('weight-wish', 0, 100),
    times: number('weight-times', 0, 100),
    style: number('weight-style', 0, 100),
    years: number('weight-years', 0, 100),
  }
  if (PARTS.every((part) => weights[part] === 0)) errors['weight-topics'] = t.weights
  const fields = {
    gradesAbove: one(values, 'gradesAbove') === '' ? null : number('gradesAbove', 0, 20),
    apartBy: number('apartBy', -1, 2),
    objective: objectives.find((each) => each === one(values, 'objective')) ?? 'worst-first',
    weights,
    acceptDays: number('acceptDays', 1, 30),
  }
  return Object.keys(errors).length > 0 ? { errors } : { fields }
}
