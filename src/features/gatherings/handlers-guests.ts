// 内定者: invited to a series by e-mail, for a time. HR sees who was invited; a guest may go at any time.
import { z } from 'zod'
import type { Block, Card, FieldErrors, Row } from '../../cards/card.ts'
import { dayOf } from '../../cards/values.ts'
import { fromDbDate } from '../../db/time.ts'
import { inTransaction, type Tx } from '../../db/transaction.ts'
import { forgetGuest, inviteGuest, neverStaff } from '../../directory/guests.ts'
import { type Ask, action, type FormAnswer, form, openForm, replaceWith } from '../../intake/handler.ts'
import { formatDateYear } from '../../kernel/format.ts'
import type { Language } from '../../kernel/language.ts'
import { normalise } from '../../kernel/words.ts'
import type { Core } from '../feature.ts'
import type { FeaturePart } from '../together.ts'
import { audit, isGuest, running, runsSeries } from './access.ts'
import { id } from './ids.ts'
import { replanInvites } from './lifecycle.ts'
import { seriesSubject } from './plan.ts'
import { textsIn } from './texts.ts'
import { bold, buttons, card, goneCard, home, manage, notes, text } from './views.ts'

const ofSeries = z.object({ series: id })
const ofGuest = z.object({ series: id, person: id })
export const mostGuests = 100
const longest = 8_000
const address = z.email().max(200)

export interface GuestLine {
  readonly name: string
  readonly email: string
}

/** Lines of a name and an address in any order; the address in lower case. The first line that is wrong is said. */
export function readGuests(
  written: string,
): readonly GuestLine[] | { readonly wrong: 'line' | 'twice'; readonly line: number } {
  const read: GuestLine[] = []
  for (const [i, whole] of written.split(/\r?\n/).entries()) {
    const words = normalise(whole)
      .split(/[\s,、;<>()]+/)
      .filter(Boolean)
    if (words.length === 0) continue
    const email = words.find((word) => word.includes('@'))?.toLowerCase() ?? ''
    const name = words.filter((word) => !word.includes('@')).join(' ')
    if (!address.safeParse(email).success || name === '' || name.length > 60)
      return { wrong: 'line', line: i + 1 }
    if (read.some((each) => each.email === email)) return { wrong: 'twice', line: i + 1 }
    read.push({ name, email })
  }
  return read
}

interface GuestRow {
  readonly id: number
  readonly name: string
  readonly status: string
  readonly until: Temporal.PlainDate
}

export function guestsCard(
  series: { readonly id: number; readonly name: string },
  guests: readonly GuestRow[],
  mail: boolean,
  language: Language,
  note?: string,
): Card {
  const all = textsIn(language)
  const t = all.guests
  const rows = guests.map(
    ({ id: person, name, status, until }): Row => ({
      text: name,
      detail: t.untilOf(t.states[status as keyof typeof t.states], formatDateYear(until, language)),
      button: {
        label: t.off,
        action: { id: 'gatherings.guest-off', data: { series: series.id, person } },
        confirm: { title: t.offTitle, text: t.offConfirm, yes: all.yes, no: all.no },
      },
    }),
  )
  return card(language, [
    { type: 'heading', text: `${t.title}: ${series.name}` },
    ...notes(note),
    text(t.intro),
    ...(rows.length > 0 ? [{ type: 'list', rows } satisfies Block] : [text(t.none)]),
    ...(mail ? [] : [bold(t.noMail)]),
    buttons(
      ...(mail
        ? [
            {
              label: t.add,
              style: 'primary' as const,
              action: { id: 'gatherings.guests-add', data: { series: series.id } },
            },
          ]
        : []),
      { label: all.back, action: manage(series.id) },
    ),
  ])
}

export function guestHandlers(core: Core): FeaturePart {
  const permission = runsSeries(core)
  const working = <T>(work: (tx: Tx) => Promise<T>) => inTransaction(core.db, work)
  const mail = () => core.chats?.some(({ platform }) => platform === 'email') ?? false

  const shown = async (tx: Tx, ask: Ask, seriesId: number, note?: string) => {
    const found = await running(tx, ask, seriesId)
    if (!found) return replaceWith(goneCard(ask.language), home)
    const members = await tx.gatheringMember.findMany({ where: { seriesId } })
    const people = await tx.person.findMany({
      where: {
        id: { in: members.map(({ personId }) => personId) },
        guestUntil: { not: null },
        email: { not: null },
      },
      orderBy: { id: 'asc' },
    })
    const guests = people.flatMap(({ id: person, name, guestUntil, leftOn }) => {
      const until = guestUntil && fromDbDate(guestUntil)
      const still = until && leftOn && Temporal.PlainDate.compare(until, ask.today) > 0
      const member = members.find(({ personId }) => personId === person)
      return still && member ? [{ id: person, name, status: member.status, until }] : []
    })
    return replaceWith(guestsCard(found.series, guests, mail(), ask.language, note), {
      id: 'gatherings.guests',
      data: { series: seriesId },
    })
  }

  /** Everything that knows of them follows first, then they are nobody. */
  const forget = async (tx: Tx, personId: number, ask: Ask): Promise<boolean> => {
    if (!(await forgetGuest(tx, personId, ask.today))) return false
    await core.tell({ type: 'people-changed', personIds: [personId] }, tx, ask.now)
    return true
  }

  return {
    actions: {
      'gatherings.guests': action({
        effect: 'reads',
        permission,
        data: ofSeries,
        handle: (ask, data) => working((tx) => shown(tx, ask, data.series)),
      }),
      'gatherings.guests-add': action({
        effect: 'reads',
        opensForm: true,
        permission,
        data: ofSeries,
        handle: (ask, data) =>
          working(async (tx) => {
            const t = textsIn(ask.language)
            const found = await running(tx, ask, data.series)
            if (found?.series.status !== 'open' || !mail()) return shown(tx, ask, data.series)
            const april = Temporal.PlainDate.from({ year: ask.today.year, month: 4, day: 1 })
            const until = Temporal.PlainDate.compare(april, ask.today) > 0 ? april : april.add({ years: 1 })
            return openForm({
              language: ask.language,
              id: 'gatherings.guests',
              title: t.guests.add,
              submit: t.save,
              cancel: t.cancel,
              intro: t.guests.intro,
              data: { series: data.series },
              fields: [
                {
                  name: 'people',
                  type: 'text',
                  label: t.guests.field,
                  hint: t.guests.fieldHint,
                  multiline: true,
                  maxLength: 3_000,
                },
                {
                  name: 'until',
                  type: 'date',
                  label: t.guests.until,
                  hint: t.guests.untilHint,
                  value: until.toString(),
                },
              ],
            })
          }),
      }),
      'gatherings.guest-off': action({
        effect: 'changes',
        permission,
        data: ofGuest,
        handle: (ask, data) =>
          working(async (tx) => {
            const found = await running(tx, ask, data.series)
            const member = await tx.gatheringMember.count({
              where: { seriesId: data.series, personId: data.person },
            })
            if (!found || member === 0 || !(await forget(tx, data.person, ask)))
              return shown(tx, ask, data.series)
            await audit(tx, ask, 'guest-off', seriesSubject(data.series), {}, data.person)
            return shown(tx, ask, data.series, textsIn(ask.language).guests.offDone)
          }),
      }),
      'gatherings.guest-end': action({
        effect: 'changes',
        permission: isGuest,
        data: z.object({}),
        handle: (ask) =>
          working(async (tx) => {
            await forget(tx, ask.actor.id, ask)
            await audit(tx, ask, 'guest-end', 'gatherings.guest', {}, ask.actor.id)
            return replaceWith(card(ask.language, [text(textsIn(ask.language).guests.ended)]))
          }),
      }),
    },
    forms: {
      'gatherings.guests': form({
        permission,
        data: ofSeries,
        handle: (ask, data, values) =>
          working(async (tx): Promise<FormAnswer | { readonly errors: FieldErrors }> => {
            const t = textsIn(ask.language).guests
            const until = dayOf(values, 'until')
            const soonest = ask.today.add({ days: 1 })
            if (
              !until ||
              Temporal.PlainDate.compare(until, soonest) < 0 ||
              Temporal.PlainDate.compare(until, ask.today.add({ years: 1 })) > 0
            )
              return { errors: { until: t.bad.day } }
            const read = readGuests([values.people ?? ''].flat().join('\n').slice(0, longest))
            if ('wrong' in read) return { errors: { people: t.bad[read.wrong](read.line) } }
            if (read.length === 0) return { errors: { people: t.bad.line(1) } }
            if (read.length > mostGuests) return { errors: { people: t.bad.many } }
            const found = await running(tx, ask, data.series)
            if (found?.series.status !== 'open' || !mail()) return shown(tx, ask, data.series)
            const emails = read.map(({ email }) => email)
            const known = await tx.person.findMany({
              where: { email: { in: emails } },
              select: { email: true, guestUntil: true, leftOn: true },
            })
            const staff = known.find((one) => !neverStaff(one))
            if (staff) return { errors: { people: t.bad.staff(emails.indexOf(staff.email ?? '') + 1) } }
            const ids: number[] = []
            for (const guest of read) {
              const invited = await inviteGuest(tx, guest, until)
              if (invited.type === 'invited') ids.push(invited.id)
            }
            await tx.gatheringMember.createMany({
              data: ids.map((personId) => ({ seriesId: data.series, personId })),
              skipDuplicates: true,
            })
            await replanInvites(core, tx, found.series, ids, ask.now)
            for (const personId of ids)
              await audit(
                tx,
                ask,
                'guest-invited',
                seriesSubject(data.series),
                { until: until.toString() },
                personId,
              )
            return shown(tx, ask, data.series, t.done(ids.length))
          }),
      }),
    },
  }
}
