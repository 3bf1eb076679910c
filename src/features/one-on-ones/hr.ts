// What HR has of 1on1s: how many were held, by section and never by person, and the city's settings.
import { z } from 'zod'
import type { Card, Form, FormValues } from '../../cards/card.ts'
import { one } from '../../cards/values.ts'
import { writeAudit } from '../../db/audit.ts'
import { toDbInstant } from '../../db/time.ts'
import { inTransaction, type Tx } from '../../db/transaction.ts'
import { loadOrganisation } from '../../directory/load.ts'
import { reach } from '../../directory/rights.ts'
import { readSetting, writeSetting } from '../../directory/settings.ts'
import { type Ask, action, form, openForm, replaceWith, say } from '../../intake/handler.ts'
import { hr, hrOfWholeCity } from '../../intake/permissions.ts'
import { fiscalYearOf, fiscalYearStart } from '../../kernel/fiscal-year.ts'
import { formatFiscalYear } from '../../kernel/format.ts'
import { normalise } from '../../kernel/words.ts'
import type { Core } from '../feature.ts'
import { cadences } from './cadence.ts'
import { rawOf } from './forms.ts'
import { none } from './ids.ts'
import { notesSetting, ojtTemplate, optIn } from './settings.ts'
import { type SectionRate, tellable } from './state.ts'
import { en } from './texts.en.ts'
import { ja } from './texts.ja.ts'
import { textsIn } from './texts.ts'
import { text } from './views.ts'

const mostSections = 100
/** A form of Slack holds no longer text. */
const longestTemplate = 3_000
const mostWeeks = 60
const longestWeek = 200

export function hrPart(core: Core) {
  const { db } = core

  /** Meetings of the fiscal year that are over or were skipped, by the member's present section. */
  async function ratesOf(tx: Tx, ask: Ask): Promise<SectionRate[]> {
    const from = fiscalYearStart(fiscalYearOf(ask.today)).toZonedDateTime(core.zone).toInstant()
    const day = ask.today.toString()
    const rows = await tx.$queryRaw<SectionRate[]>`
      SELECT o.section_id AS "sectionId", count(DISTINCT s.member_id)::int AS members, count(*)::int AS planned,
             (count(*) FILTER (WHERE m.status = 'held'))::int AS held,
             (count(*) FILTER (WHERE m.status = 'planned'))::int AS open
      FROM one_on_one_meeting m JOIN one_on_one s ON s.id = m.series_id
        JOIN post o ON o.person_id = s.member_id AND o.main
          AND o.valid_from <= ${day}::date AND (o.valid_to IS NULL OR o.valid_to > ${day}::date)
      WHERE s.kind = 'line' AND m.starts_at >= ${toDbInstant(from)}::timestamptz
        AND m.ends_at <= ${toDbInstant(ask.now)}::timestamptz
      GROUP BY o.section_id`
    const org = await loadOrganisation(tx, ask.today, [])
    const own = reach(ask.actor, 'hr', org)
    const order = org.sections().map(({ id }) => id)
    return tellable(rows.filter(({ sectionId }) => own === 'all' || own.has(sectionId))).sort(
      (a, b) => order.indexOf(a.sectionId) - order.indexOf(b.sectionId),
    )
  }

  async function figures(ask: Ask): Promise<Card> {
    const t = textsIn(ask.language)
    const rates = await ratesOf(db.prisma, ask)
    const org = await loadOrganisation(db.prisma, ask.today, [])
    const rows = rates.map(({ sectionId, planned, held, open }) => ({
      text: [{ bold: org.section(sectionId)?.name ?? '' }],
      detail: t.figuresRow(held, planned, planned > 0 ? Math.round((100 * held) / planned) : 0, open),
    }))
    return {
      language: ask.language,
      summary: t.title,
      blocks: [
        { type: 'heading', text: t.figuresHeading(formatFiscalYear(fiscalYearOf(ask.today), ask.language)) },
        rows.length > 0 ? { type: 'list', rows } : text(t.figuresNone),
        { type: 'context', text: t.figuresIntro },
      ],
    }
  }

  async function setup(tx: Tx, ask: Ask, note?: string): Promise<Card> {
    const t = textsIn(ask.language)
    const where = await readSetting(tx, optIn)
    const notes = await readSetting(tx, notesSetting)
    const weeks = await readSetting(tx, ojtTemplate)
    const scope = where.city
      ? t.setupCity
      : where.sections.length > 0
        ? t.setupSections(where.sections.length)
        : t.setupNowhere
    return {
      language: ask.language,
      summary: t.setupHeading,
      blocks: [
        { type: 'heading', text: t.setupHeading },
        ...(note ? [text(note)] : []),
        {
          type: 'facts',
          facts: [
            { label: t.setupWhere, value: scope },
            { label: t.cadenceField, value: t.cadence[where.cadence] },
            { label: t.minutesField, value: `${where.minutes}` },
            { label: t.setupNotes, value: notes.on ? t.setupNotesOn(notes.keptMonths) : t.setupNotesOff },
            { label: t.setupWeeks, value: t.setupWeekCount(weeks.length) },
          ],
        },
        {
          type: 'buttons',
          buttons: [{ label: t.setupChange, style: 'primary', action: { id: 'one-on-ones.setup-change' } }],
        },
      ],
    }
  }

  async function setupForm(tx: Tx, ask: Ask): Promise<Form> {
    const t = textsIn(ask.language)
    const where = await readSetting(tx, optIn)
    const notes = await readSetting(tx, notesSetting)
    const weeks = await readSetting(tx, ojtTemplate)
    const org = await loadOrganisation(tx, ask.today, [])
    const sections = org
      .sections()
      .slice(0, mostSections)
      .map(({ id, name }) => ({ label: name, value: `${id}` }))
    return {
      language: ask.language,
      id: 'one-on-ones.setup',
      title: t.setupTitle,
      submit: t.save,
      cancel: t.cancel,
      fields: [
        {
          type: 'select',
          name: 'scope',
          label: t.setupWhere,
          hint: t.setupWhereHint,
          options: [
            { label: t.setupNowhere, value: 'nowhere' },
            { label: t.setupSectionsChoice, value: 'sections' },
            { label: t.setupCity, value: 'city' },
          ],
          value: where.city ? 'city' : where.sections.length > 0 ? 'sections' : 'nowhere',
        },
        ...(sections.length > 0
          ? [
              {
                type: 'multiselect' as const,
                name: 'sections',
                label: t.setupSectionsField,
                optional: true,
                options: sections,
                values: where.sections.map(String).filter((id) => sections.some(({ value }) => value === id)),
              },
            ]
          : []),
        {
          type: 'select',
          name: 'cadence',
          label: t.cadenceField,
          options: cadences.map((value) => ({ value, label: t.cadence[value] })),
          value: where.cadence,
        },
        { type: 'number', name: 'minutes', label: t.minutesField, min: 5, max: 240, value: where.minutes },
        {
          type: 'checkboxes',
          name: 'notes',
          label: t.setupNotesField,
          optional: true,
          options: [{ label: t.setupNotesOption, value: 'on' }],
          values: notes.on ? ['on'] : [],
        },
        { type: 'number', name: 'kept', label: t.setupKept, min: 1, max: 120, value: notes.keptMonths },
        {
          type: 'text',
          name: 'template',
          label: t.setupTemplate,
          multiline: true,
          maxLength: longestTemplate,
          value: weeks.join('\n'),
        },
      ],
    }
  }

  async function save(ask: Ask, values: FormValues) {
    const t = textsIn(ask.language)
    const errors: Record<string, string> = {}
    const whole = (name: string, least: number, most: number) => {
      const is = /^\d{1,3}$/.test(one(values, name)) ? Number(one(values, name)) : Number.NaN
      return is >= least && is <= most ? is : undefined
    }
    const minutes = whole('minutes', 5, 240)
    const months = whole('kept', 1, 120)
    const scope = one(values, 'scope')
    const cadence = cadences.find((each) => each === one(values, 'cadence'))
    const chosen = values.sections ?? []
    const asked = (typeof chosen === 'string' ? [chosen] : chosen).map(Number)
    const template = normalise(rawOf(values, 'template'), { lines: true })
      .split('\n')
      .filter((line) => line !== '')
    if (!minutes) errors.minutes = t.minutesWrong
    if (!months) errors.kept = t.setupKeptWrong
    if (!cadence) errors.cadence = t.required
    const long = template.some((line) => line.length > longestWeek) || template.length > mostWeeks
    if (long || template.join('\n').length > longestTemplate) errors.template = t.setupTemplateWrong
    return inTransaction(db, async (tx) => {
      const org = await loadOrganisation(tx, ask.today, [])
      const before = await readSetting(tx, optIn)
      // Sections that the form has no room to show stay as they are.
      const unshown = before.sections.filter(
        (id) => org.sections().findIndex((section) => section.id === id) >= mostSections,
      )
      const sections = [...asked.filter((id) => org.section(id)), ...unshown]
      if (scope === 'sections' && sections.length === 0) errors.sections = t.required
      if (!minutes || !months || !cadence || Object.keys(errors).length > 0) return { errors }
      const where = {
        city: scope === 'city',
        sections: scope === 'sections' ? sections : [],
        cadence,
        minutes,
      }
      const notes = { on: [values.notes ?? []].flat().includes('on'), keptMonths: months }
      await writeSetting(tx, optIn, where, ask.now)
      await writeSetting(tx, notesSetting, notes, ask.now)
      await writeSetting(tx, ojtTemplate, template, ask.now)
      await writeAudit(tx, {
        at: ask.now,
        actorId: ask.actor.id,
        via: 'chat',
        action: 'one-on-one.setup',
        subject: 'one-on-ones',
        change: { ...where, notes, weeks: template.length },
        flow: ask.flow,
      })
      const begins = where.city || where.sections.length > 0
      return replaceWith(await setup(tx, ask, begins ? t.setupSavedBegins : t.setupSaved), {
        id: 'one-on-ones.setup',
      })
    })
  }

  return {
    commands: [
      {
        id: 'one-on-ones.figures',
        phrases: { ja: ['1on1 実施状況', '1on1 状況'], en: ['1on1 figures'] },
        help: { ja: ja.figuresHelp, en: en.figuresHelp },
        permission: hr,
        handle: async (ask: Ask) => say(await figures(ask)),
      },
      {
        id: 'one-on-ones.setup',
        phrases: { ja: ['1on1 設定'], en: ['1on1 setup'] },
        help: { ja: ja.setupHelp, en: en.setupHelp },
        permission: hrOfWholeCity,
        handle: async (ask: Ask) => say(await setup(db.prisma, ask), { id: 'one-on-ones.setup' }),
      },
    ],
    actions: {
      'one-on-ones.setup': action({
        effect: 'reads',
        permission: hrOfWholeCity,
        data: none,
        handle: async (ask) => replaceWith(await setup(db.prisma, ask)),
      }),
      'one-on-ones.setup-change': action({
        effect: 'reads',
        opensForm: true,
        permission: hrOfWholeCity,
        data: none,
        handle: async (ask) => openForm(await setupForm(db.prisma, ask)),
      }),
    },
    forms: {
      'one-on-ones.setup': form({
        permission: hrOfWholeCity,
        data: z.object({}),
        handle: (ask, _, values) => save(ask, values),
      }),
    },
  }
}
