// Which sections have days of their own, and the form that sets them. Pure.
import type { Block, Button, Card, Field, Form } from '../../cards/card.ts'
import type { Language } from '../../kernel/language.ts'
import { textsIn } from './closure-views.ts'
import type { Office, OfficeRead } from './office-rules.ts'
import { markOfOffice, type OfficeRow, wholeCity } from './office-store.ts'

const shown = 20
/** A menu of a form holds no more: of a larger city the name is entered. */
export const mostOptions = 250

const daysText = (office: Office, language: Language): string => {
  const t = textsIn(language).office
  const closed = [1, 2, 3, 4, 5, 6, 7].filter((day) => !office.weekdays.includes(day))
  const special = office.days.length
  return [
    closed.length > 0 ? t.closedOn(closed.map((day) => t.weekday[day - 1] ?? '')) : t.everyDay,
    office.observesHolidays ? t.holidaysClosed : t.holidaysOpen,
    t.hours(office.opensAt, office.closesAt === '00:00' ? '24:00' : office.closesAt),
    ...(special > 0 ? [t.special(special)] : []),
  ].join(t.comma)
}

export function officesCard(rows: readonly OfficeRow[], language: Language, note?: string): Card {
  const t = textsIn(language).office
  const blocks: Block[] = [{ type: 'heading', text: t.heading }]
  if (note) blocks.push({ type: 'text', text: [{ bold: note }] })
  blocks.push({ type: 'text', text: t.intro })
  if (rows.length === 0) blocks.push({ type: 'context', text: t.none })
  else
    blocks.push({
      type: 'list',
      rows: rows.slice(0, shown).map((row) => ({
        text: row.section?.name ?? t.city,
        detail: daysText(row.office, language),
        button: {
          label: t.change,
          action: { id: 'calendars.office', data: { section: row.section?.id ?? 0 } },
        },
      })),
    })
  if (rows.length > shown) blocks.push({ type: 'context', text: t.more(rows.length - shown) })
  const add: Button = { label: t.add, action: { id: 'calendars.office-add' }, style: 'primary' }
  blocks.push({ type: 'buttons', buttons: [add] })
  return { summary: t.summary, language, blocks }
}

/** Which section: from a menu, or by its code or name where there are too many for one. */
export function chooseForm(
  sections: readonly { readonly id: number; readonly name: string }[],
  city: boolean,
  language: Language,
): Form {
  const t = textsIn(language)
  const options = [
    ...(city ? [{ label: t.office.city, value: wholeCity }] : []),
    ...sections.map(({ id, name }) => ({ label: name, value: String(id) })),
  ]
  return {
    id: 'calendars.office-choose',
    language,
    title: t.office.add,
    submit: t.office.next,
    cancel: t.form.cancel,
    intro: t.office.chooseIntro,
    fields: [
      options.length <= mostOptions
        ? { type: 'select', name: 'section', label: t.office.section, options }
        : {
            type: 'text',
            name: 'section',
            label: t.office.section,
            hint: t.office.sectionHint,
            maxLength: 60,
          },
    ],
  }
}

export function officeForm(
  section: { readonly id: number; readonly name: string } | null,
  office: Office,
  own: OfficeRow | undefined,
  language: Language,
): Form {
  const { office: t, form } = textsIn(language)
  const list = (open: boolean) =>
    office.days.flatMap((day) => (day.open === open ? [day.date] : [])).join('\n')
  const special = (name: string, label: string, hint: string, value: string): Field => ({
    type: 'text',
    name,
    label,
    hint,
    optional: true,
    multiline: true,
    maxLength: 2500,
    ...(value && { value }),
  })
  return {
    id: 'calendars.office-save',
    language,
    title: t.change,
    submit: form.submit,
    cancel: form.cancel,
    data: { section: section?.id ?? 0, mark: markOfOffice(own) },
    intro: t.formIntro(section?.name ?? t.city),
    fields: [
      {
        type: 'checkboxes',
        name: 'weekdays',
        label: t.weekdays,
        options: t.weekday.map((label, at) => ({ label, value: String(at + 1) })),
        values: office.weekdays.map(String),
      },
      {
        type: 'checkboxes',
        name: 'holidays',
        label: t.holidays,
        optional: true,
        options: [{ label: t.holidaysYes, value: 'yes' }],
        values: office.observesHolidays ? ['yes'] : [],
      },
      { type: 'time', name: 'opensAt', label: t.opensAt, value: office.opensAt },
      { type: 'time', name: 'closesAt', label: t.closesAt, value: office.closesAt },
      special('closed', t.closedDays, t.closedHint, list(false)),
      special('open', t.openDays, t.openHint, list(true)),
      ...(own && section
        ? [
            {
              type: 'checkboxes' as const,
              name: 'remove',
              label: t.removeLabel,
              optional: true,
              options: [{ label: t.remove, value: 'yes' }],
            },
          ]
        : []),
    ],
  }
}

export function officeErrors(problems: OfficeRead['problems'], language: Language): Record<string, string> {
  const t = textsIn(language).office
  const errors: Record<string, string> = {}
  for (const { field, code, value = '' } of problems) errors[field] ??= t.wrong[code](value)
  return errors
}
