// What members press: joining, pausing and leaving, facilitating, whom they would rather not sit with.
import { z } from 'zod'
import type { Field } from '../../cards/card.ts'
import { dayOf, isWithinYear, many, one } from '../../cards/values.ts'
import { toDbDate } from '../../db/time.ts'
import { inTransaction, type Tx } from '../../db/transaction.ts'
import { loadOrganisation } from '../../directory/load.ts'
import { loadPeople } from '../../directory/people.ts'
import { type Ask, action, form, openForm, replaceWith } from '../../intake/handler.ts'
import { formatDate } from '../../kernel/format.ts'
import type { Core } from '../feature.ts'
import type { FeaturePart } from '../together.ts'
import { staffTakesPart, takesPart } from './access.ts'
import { giveUpSeats } from './change.ts'
import { pauseForm } from './forms.ts'
import { id } from './ids.ts'
import { audienceOf, leave, replanInvites } from './lifecycle.ts'
import { mostApart, openApart, sealApart } from './sealed.ts'
import { minesOf } from './show.ts'
import { textsIn } from './texts.ts'
import { goneCard, seriesCard, showSeries } from './views.ts'

const ofSeries = z.object({ series: id })

export function memberHandlers(core: Core): FeaturePart {
  const permission = takesPart(core)
  const staff = staffTakesPart(core)
  const working = <T>(work: (tx: Tx) => Promise<T>) => inTransaction(core.db, work)
  const reader = ({ actor, language }: Ask) => ({ id: actor.id, language, guest: actor.guest === true })

  const shown = async (tx: Tx, ask: Ask, seriesId: number, note?: string) => {
    const [mine] = await minesOf(core, tx, reader(ask), ask.now, seriesId)
    return replaceWith(
      mine ? seriesCard(mine, ask.language, note) : goneCard(ask.language),
      showSeries(seriesId),
    )
  }

  /** Their own place in a series that runs, locked. */
  const ownPlace = async (tx: Tx, ask: Ask, seriesId: number) => {
    await tx.$queryRaw`SELECT 1 FROM gathering_member
      WHERE series_id = ${seriesId} AND person_id = ${ask.actor.id} FOR UPDATE`
    const member = await tx.gatheringMember.findUnique({
      where: { seriesId_personId: { seriesId, personId: ask.actor.id } },
      include: { series: true },
    })
    return member?.series.status === 'open' ? member : undefined
  }
  type Place = NonNullable<Awaited<ReturnType<typeof ownPlace>>>

  const change = (ask: Ask, seriesId: number, work: (tx: Tx, member: Place) => Promise<string | undefined>) =>
    working(async (tx) => {
      const member = await ownPlace(tx, ask, seriesId)
      return shown(tx, ask, seriesId, member && (await work(tx, member)))
    })
  const set = (tx: Tx, { seriesId, personId }: Place, data: object) =>
    tx.gatheringMember.update({ where: { seriesId_personId: { seriesId, personId } }, data })

  const pause = async (tx: Tx, ask: Ask, member: Place, until: Temporal.PlainDate) => {
    const t = textsIn(ask.language).mine
    if (member.status !== 'joined' && member.status !== 'paused') return undefined
    await set(tx, member, { status: 'paused', pausedUntil: toDbDate(until) })
    await giveUpSeats(core, tx, ask.actor.id, ask.now, { seriesId: member.seriesId, until })
    return t.pausedNote(formatDate(until, ask.language))
  }

  return {
    actions: {
      'gatherings.series': action({
        effect: 'reads',
        permission,
        data: ofSeries,
        handle: (ask, data) => working((tx) => shown(tx, ask, data.series)),
      }),
      'gatherings.join': action({
        effect: 'changes',
        permission,
        data: ofSeries,
        handle: (ask, data) =>
          change(ask, data.series, async (tx, member) => {
            const t = textsIn(ask.language).mine
            if (member.status === 'joined') return undefined
            if (member.status === 'left') {
              const org = await loadOrganisation(tx, ask.today, [])
              const fits = await audienceOf(tx, member.series, org, [ask.actor.id])
              if (!fits.has(ask.actor.id)) return t.notYours
            }
            const { seriesId, personId } = member
            await set(tx, member, {
              status: 'joined',
              pausedUntil: null,
              sealed: member.sealed ?? sealApart(core, seriesId, personId, []),
            })
            await replanInvites(core, tx, member.series, [personId], ask.now)
            return t.joinedNote
          }),
      }),
      'gatherings.leave': action({
        effect: 'changes',
        permission,
        data: ofSeries,
        handle: (ask, data) =>
          change(ask, data.series, async (tx, member) => {
            const t = textsIn(ask.language).mine
            if (member.status === 'left') return undefined
            await leave(core, tx, member.series, ask.actor.id, ask.now)
            return member.status === 'asked' ? t.declinedNote : t.leftNote
          }),
      }),
      'gatherings.pause': action({
        effect: 'changes',
        permission,
        data: z.object({ series: id, months: z.int().min(1).max(12) }),
        handle: (ask, data) =>
          change(ask, data.series, (tx, member) =>
            pause(tx, ask, member, ask.today.add({ months: data.months })),
          ),
      }),
      'gatherings.pause-until': action({
        effect: 'reads',
        opensForm: true,
        permission,
        data: ofSeries,
        handle: (ask, data) =>
          working(async (tx) => {
            const member = await ownPlace(tx, ask, data.series)
            if (member?.status !== 'joined' && member?.status !== 'paused') return shown(tx, ask, data.series)
            return openForm(pauseForm(data.series, ask.today, ask.language))
          }),
      }),
      'gatherings.resume': action({
        effect: 'changes',
        permission,
        data: ofSeries,
        handle: (ask, data) =>
          change(ask, data.series, async (tx, member) => {
            if (member.status !== 'paused') return undefined
            await set(tx, member, { status: 'joined', pausedUntil: null })
            return textsIn(ask.language).mine.resumedNote
          }),
      }),
      'gatherings.lead': action({
        effect: 'changes',
        permission: staff,
        data: z.object({ series: id, lead: z.boolean() }),
        handle: (ask, data) =>
          change(ask, data.series, async (tx, member) => {
            const t = textsIn(ask.language).mine
            if (member.status !== 'joined' && member.status !== 'paused') return undefined
            await set(tx, member, { facilitates: data.lead })
            return data.lead ? t.leadNote : t.leadNotNote
          }),
      }),
      'gatherings.apart': action({
        effect: 'reads',
        opensForm: true,
        permission: staff,
        data: ofSeries,
        handle: (ask, data) =>
          working(async (tx) => {
            const t = textsIn(ask.language)
            const member = await ownPlace(tx, ask, data.series)
            if (member?.status !== 'joined' && member?.status !== 'paused') return shown(tx, ask, data.series)
            return openForm({
              language: ask.language,
              id: 'gatherings.apart',
              title: t.mine.apartTitle,
              submit: t.save,
              cancel: t.cancel,
              intro: t.mine.apartIntro,
              data: { series: data.series },
              fields: await apartFields(tx, ask, openApart(core, member)),
            })
          }),
      }),
    },
    forms: {
      'gatherings.pause': form({
        permission,
        data: ofSeries,
        handle: (ask, data, values) =>
          working(async (tx) => {
            const until = dayOf(values, 'until')
            if (!isWithinYear(until, ask.today))
              return { errors: { until: textsIn(ask.language).mine.pauseWrong } }
            const member = await ownPlace(tx, ask, data.series)
            return shown(tx, ask, data.series, member && (await pause(tx, ask, member, until)))
          }),
      }),
      'gatherings.apart': form({
        permission: staff,
        searches: true,
        data: ofSeries,
        handle: (ask, data, values) =>
          working(async (tx) => {
            const t = textsIn(ask.language).mine
            const member = await ownPlace(tx, ask, data.series)
            if (member?.status !== 'joined' && member?.status !== 'paused') return shown(tx, ask, data.series)
            const before = openApart(core, member)
            const clear = many(values, 'clear').includes('clear')
            const chosen = Array.from({ length: mostApart }, (_, i) => {
              const value = one(values, `apart${i + 1}`)
              // What was there before and is to be cleared comes back with the form.
              return value === '' || (clear && Number(value) === before[i]) ? undefined : Number(value)
            })
            const ids = chosen.filter((each) => each !== undefined)
            const known = await loadPeople(
              tx,
              ids.filter((each) => id.safeParse(each).success),
              ask.today,
            )
            const errors = Object.fromEntries(
              chosen.flatMap((each, i) =>
                each !== undefined && (!known.has(each) || each === ask.actor.id)
                  ? [[`apart${i + 1}`, t.apartWrong]]
                  : [],
              ),
            )
            if (Object.keys(errors).length > 0) return { errors }
            const { seriesId, personId } = member
            await set(tx, member, { sealed: sealApart(core, seriesId, personId, [...new Set(ids)]) })
            return shown(tx, ask, data.series, t.apartSaved)
          }),
      }),
    },
  }
}

async function apartFields(tx: Tx, ask: Ask, apart: readonly number[]): Promise<Field[]> {
  const t = textsIn(ask.language).mine
  const people = await loadPeople(tx, apart, ask.today)
  return [
    ...Array.from({ length: mostApart }, (_, i): Field => {
      const known = people.get(apart[i] ?? 0)
      return {
        name: `apart${i + 1}`,
        type: 'person',
        label: t.apartField(i + 1),
        optional: true,
        ...(known && { value: String(known.id), shown: known.name }),
      }
    }),
    // A person field that was filled cannot be emptied in every chat.
    ...(apart.length > 0
      ? [
          {
            name: 'clear',
            type: 'checkboxes',
            label: t.apartClear,
            optional: true,
            options: [{ label: t.apartClearOption, value: 'clear' }],
          } satisfies Field,
        ]
      : []),
  ]
}
