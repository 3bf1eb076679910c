import type { Card, Form } from '../../../cards/card.ts'
import { formatDateYear } from '../../../kernel/format.ts'
import type { Language } from '../../../kernel/language.ts'
import type { IndividualInterview, IndividualKind } from './individual.ts'
import { button, noteBlocks, paged, texts } from './views-common.ts'

export const followUpWeeks = [1, 2, 4, 8, 12, 26] as const

export interface IndividualsShown {
  readonly interviews: readonly (IndividualInterview & { readonly person: string })[]
  readonly page: number
  readonly note?: string
}

export function individualsCard(shown: IndividualsShown, language: Language): Card {
  const t = texts(language).individual
  const status = (value: string) =>
    value === 'booked' || value === 'suspended' || value === 'unclear' ? t.status[value] : t.status.waiting
  const page = paged(shown.interviews, shown.page, language, (to) => ({
    id: 'interviews.individuals',
    data: { page: to },
  }))
  return {
    language,
    summary: t.summary,
    blocks: [
      ...noteBlocks(shown.note),
      { type: 'heading', text: t.heading },
      { type: 'text', text: t.intro },
      shown.interviews.length === 0
        ? { type: 'context', text: t.none }
        : {
            type: 'list',
            rows: page.items.map((one) => ({
              text: t.row(one.person, t.kind[one.kind]),
              detail: t.detail(formatDateYear(one.deadline, language), status(one.status)),
              button: button(
                t.cancel,
                'individual-cancel',
                { interview: one.id, version: one.version },
                { confirm: t.confirmCancel },
              ),
            })),
          },
      ...page.blocks,
      { type: 'buttons', buttons: [button(t.start, 'individual-new', undefined, { style: 'primary' })] },
    ],
  }
}

/** A supervisor is offered development interviews alone. */
export function individualForm(
  kinds: readonly IndividualKind[],
  deadline: Temporal.PlainDate,
  language: Language,
): Form {
  const t = texts(language).individual
  const [first] = kinds
  return {
    language,
    id: 'interviews.individual-start',
    title: t.title,
    submit: t.submit,
    cancel: texts(language).form.cancel,
    fields: [
      { name: 'person', label: t.person, type: 'person' },
      {
        name: 'kind',
        label: t.kindLabel,
        type: 'select',
        options: kinds.map((kind) => ({ label: t.kind[kind], value: kind })),
        ...(first && { value: first }),
      },
      { name: 'deadline', label: t.deadline, type: 'date', value: deadline.toString() },
      {
        name: 'followUps',
        label: t.followUps,
        hint: t.followUpsHint,
        type: 'multiselect',
        optional: true,
        options: followUpWeeks.map((weeks) => ({ label: t.weeks(weeks), value: String(weeks) })),
      },
    ],
  }
}
