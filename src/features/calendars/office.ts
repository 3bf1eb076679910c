// 開所日: HR, or the clerk of the section, says on which days of the week a section works. All that is counted in working
// days or told in working hours follows, for everybody of it who has no roster of their own.
import { z } from 'zod'
import type { FieldErrors, FormValues } from '../../cards/card.ts'
import { many, one } from '../../cards/values.ts'
import { inTransaction, type Tx } from '../../db/transaction.ts'
import { loadOrganisation } from '../../directory/load.ts'
import type { Organisation, SectionRow } from '../../directory/organisation.ts'
import { reach } from '../../directory/rights.ts'
import { auditing } from '../../intake/audited.ts'
import {
  type Ask,
  action,
  type FormAnswer,
  form,
  openForm,
  type Permission,
  replaceWith,
  say,
} from '../../intake/handler.ts'
import { hrOfWholeCity } from '../../intake/permissions.ts'
import { normalise } from '../../kernel/words.ts'
import type { Core, Feature } from '../feature.ts'
import { textsIn } from './closure-views.ts'
import { readOffice } from './office-rules.ts'
import {
  dropOffice,
  loadOffices,
  markOfOffice,
  type OfficeRow,
  officeFor,
  peopleOf,
  saveOffice,
  wholeCity,
} from './office-store.ts'
import { chooseForm, officeErrors, officeForm, officesCard } from './office-views.ts'
import { en } from './texts.en.ts'
import { ja } from './texts.ja.ts'

const again = { id: 'calendars.offices' }
const onTrail = auditing('calendar')
const patient = { timeout: 60_000 }
const named = z.object({ section: z.number().int().min(0) })

const setsOffices: Permission = {
  who: { ja: '人事担当・庶務担当の方', en: 'HR officers and section clerks' },
  allows: (actor) => actor.grants.some(({ role }) => role === 'hr' || role === 'clerk'),
}

/** The sections whose days this person may set, and whether the city's own are among them. */
interface Theirs {
  readonly org: Organisation
  readonly sections: readonly SectionRow[]
  readonly city: boolean
}

async function theirs(tx: Tx, ask: Ask): Promise<Theirs> {
  const org = await loadOrganisation(tx, ask.today, [])
  const reached = [reach(ask.actor, 'hr', org), reach(ask.actor, 'clerk', org)]
  const sections = org.sections().filter(({ id }) => reached.some((part) => part === 'all' || part.has(id)))
  return { org, sections, city: (await hrOfWholeCity.allows(ask.actor, ask.now)) === true }
}

/** One of them by its id (0: the city); undefined: not theirs, or not there. */
const theirOwn = ({ sections, city }: Theirs, id: number): SectionRow | null | undefined =>
  id === 0 ? (city ? null : undefined) : sections.find((section) => section.id === id)

export function offices(core: Core): Omit<Feature, 'name'> {
  const shown = (rows: readonly OfficeRow[], part: Theirs) =>
    rows.filter(({ section }) => theirOwn(part, section?.id ?? 0) !== undefined)
  const card = async (tx: Tx, ask: Ask, note?: string) =>
    officesCard(shown(await loadOffices(tx, ask.today), await theirs(tx, ask)), ask.language, note)

  const open = async (tx: Tx, ask: Ask, part: Theirs, section: SectionRow | null): Promise<FormAnswer> => {
    const chain = section ? part.org.chain(section.id) : []
    const { office, own } = officeFor(await loadOffices(tx, ask.today), chain)
    return openForm(officeForm(section, office, own, ask.language))
  }

  const choose = async (ask: Ask, values: FormValues): Promise<FormAnswer | { errors: FieldErrors }> => {
    const part = await theirs(core.db.prisma, ask)
    const written = one(values, 'section')
    const id = written === wholeCity ? 0 : Number(written)
    const named = part.sections.filter(
      ({ code, name }) => normalise(name) === written || normalise(code) === written,
    )
    const section =
      Number.isSafeInteger(id) && written !== '' && theirOwn(part, id) !== undefined
        ? theirOwn(part, id)
        : named.length === 1
          ? named[0]
          : undefined
    if (section === undefined) return { errors: { section: textsIn(ask.language).office.noSection } }
    return open(core.db.prisma, ask, part, section)
  }

  const save = (
    ask: Ask,
    data: { section: number; mark: string },
    values: FormValues,
  ): Promise<FormAnswer | { errors: FieldErrors }> =>
    inTransaction(
      core.db,
      async (tx): Promise<FormAnswer | { errors: FieldErrors }> => {
        await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('hagukumi.offices'))`
        const t = textsIn(ask.language).office
        const part = await theirs(tx, ask)
        const section = theirOwn(part, data.section)
        const rows = await loadOffices(tx, ask.today)
        const own = rows.find((row) => (row.section?.id ?? 0) === data.section)
        if (section === undefined || markOfOffice(own) !== data.mark)
          return replaceWith(await card(tx, ask, t.changedSince), again)
        const removes = own !== undefined && section !== null && many(values, 'remove').includes('yes')
        const { office, problems } = readOffice(values)
        if (!removes && problems.length > 0) return { errors: officeErrors(problems, ask.language) }
        if (removes) await dropOffice(tx, section, ask.today)
        else await saveOffice(tx, section, office, ask.today)
        await onTrail(
          tx,
          ask,
          `office-${removes ? 'dropped' : 'set'}`,
          section ? `section:${section.id}` : 'calendar:city',
          removes
            ? {}
            : {
                weekdays: office.weekdays.join(','),
                holidays: office.observesHolidays ? 'closed' : 'open',
                hours: `${office.opensAt}-${office.closesAt}`,
                days: office.days.length,
              },
        )
        const people = await peopleOf(tx, section, ask.today)
        if (people.length > 0) await core.tell({ type: 'calendars-changed', personIds: people }, tx, ask.now)
        const name = section?.name ?? t.city
        const note = removes ? t.removed(name) : t.saved(name, people.length)
        return replaceWith(await card(tx, ask, note), again)
      },
      patient,
    )

  return {
    commands: [
      {
        id: 'calendars.offices',
        phrases: {
          ja: ['開所日', '休館日', '所属カレンダー', '開庁日'],
          en: ['opening days', 'closing days'],
        },
        help: { ja: ja.office.help, en: en.office.help },
        permission: setsOffices,
        handle: async (ask) => say(await card(core.db.prisma, ask), again),
      },
    ],
    questions: [
      { command: 'calendars.offices', all: [/月曜|火曜|水曜|木曜|金曜|土曜|日曜|定休|休館|休園|閉館/] },
      { command: 'calendars.offices', all: [/closed on|closing day|opening day/] },
    ],
    actions: {
      'calendars.offices': action({
        effect: 'reads',
        permission: setsOffices,
        data: z.object({}),
        handle: async (ask) => replaceWith(await card(core.db.prisma, ask), again),
      }),
      'calendars.office-add': action({
        effect: 'reads',
        opensForm: true,
        permission: setsOffices,
        data: z.object({}),
        handle: async (ask) => {
          const part = await theirs(core.db.prisma, ask)
          return openForm(chooseForm(part.sections, part.city, ask.language))
        },
      }),
      'calendars.office': action({
        effect: 'reads',
        opensForm: true,
        permission: setsOffices,
        data: named,
        handle: async (ask, { section: id }): Promise<FormAnswer> => {
          const part = await theirs(core.db.prisma, ask)
          const section = theirOwn(part, id)
          if (section !== undefined) return open(core.db.prisma, ask, part, section)
          const note = textsIn(ask.language).office.changedSince
          return replaceWith(await card(core.db.prisma, ask, note), again)
        },
      }),
    },
    forms: {
      'calendars.office-choose': form({
        permission: setsOffices,
        data: z.object({}),
        handle: (ask, _, values) => choose(ask, values),
      }),
      'calendars.office-save': form({
        permission: setsOffices,
        data: named.extend({ mark: z.string().max(200) }),
        handle: save,
      }),
    },
  }
}
