// OJT pairs: a trainer and a newcomer with a plan by weeks, ticked by both. The section's chief makes the pair and sees
// how many weeks are done; what the two talk about stays theirs.
import { z } from 'zod'
import type { Card, Form, FormValues, Row } from '../../cards/card.ts'
import { one } from '../../cards/values.ts'
import { fromDbDate, toDbDate, toDbInstant } from '../../db/time.ts'
import { inTransaction, type Tx } from '../../db/transaction.ts'
import { membersOf } from '../../directory/lines.ts'
import { loadPeople } from '../../directory/people.ts'
import { readSetting } from '../../directory/settings.ts'
import { type Answer, type Ask, action, form, openForm, replaceWith, say } from '../../intake/handler.ts'
import { everyStaffMember } from '../../intake/permissions.ts'
import { formatDate } from '../../kernel/format.ts'
import type { Core } from '../feature.ts'
import { readRhythm, rhythmFields } from './forms.ts'
import { id, none } from './ids.ts'
import { auditSeries, endSeries, keep, planWeeks, tell } from './keep.ts'
import { kinds } from './kinds.ts'
import { ojtTemplate } from './settings.ts'
import { changeable, namesOf, notFound, readable } from './show.ts'
import { isPair, type Series } from './state.ts'
import { createSeries, loadSeries, lockSeries } from './store.ts'
import { en } from './texts.en.ts'
import { ja } from './texts.ja.ts'
import { textsIn } from './texts.ts'
import { backTo, text } from './views.ts'
import { nameOf } from './words.ts'

const mostPeople = 100
/** Weeks that one card shows. */
const mostWeeks = 12

export function ojtPart(core: Core) {
  const { db } = core

  /** The week of the plan that a day lies in, whatever has become of the rhythm since. */
  const weekOf = (weeks: readonly { readonly beginsOn: Date }[], today: Temporal.PlainDate): number =>
    Math.max(1, weeks.filter(({ beginsOn }) => beginsOn <= toDbDate(today)).length)

  const progress = (both: number, all: readonly { readonly beginsOn: Date }[], ask: Ask): string => {
    const t = textsIn(ask.language)
    return all.length === 0 ? t.ojtNoPlan : t.ojtProgress(both, all.length, weekOf(all, ask.today))
  }

  /** For the chief: the pairs of the line with how far they are; for the two: their own. */
  async function list(tx: Tx, ask: Ask, note?: string): Promise<Card> {
    const t = textsIn(ask.language)
    const own = ask.actor.id
    const members = await membersOf(tx, own, ask.today)
    const found = await loadSeries(tx, {
      kind: 'ojt',
      status: { not: 'ended' },
      OR: [{ memberId: { in: members } }, { leadId: own }, { memberId: own }],
    })
    const people = await loadPeople(
      tx,
      found.flatMap(({ leadId, memberId }) => [leadId, memberId]),
      ask.today,
    )
    const weeks = await tx.ojtWeek.findMany({ where: { seriesId: { in: found.map((each) => each.id) } } })
    const rows = found.map((series): Row => {
      const all = weeks.filter(({ seriesId }) => seriesId === series.id)
      const both = all.filter(({ leadDone, memberDone }) => leadDone && memberDone).length
      const name = (person: number) => nameOf(people, person, ask.language)
      return {
        text: [{ bold: t.ojtPair(name(series.leadId), name(series.memberId)) }],
        detail: progress(both, all, ask),
        button: isPair(series, own)
          ? { label: t.ojtPlan, action: { id: 'one-on-ones.plan', data: { series: series.id } } }
          : {
              label: t.end,
              action: { id: 'one-on-ones.ojt-end', data: { series: series.id, version: series.version } },
              confirm: { title: t.end, text: t.ojtEndConfirm, yes: t.yes, no: t.no },
            },
      }
    })
    return {
      language: ask.language,
      summary: t.ojtHeading,
      blocks: [
        { type: 'heading', text: t.ojtHeading },
        ...(note ? [text(note)] : []),
        rows.length > 0 ? { type: 'list', rows } : text(t.ojtNone),
        {
          type: 'buttons',
          buttons: [
            ...(members.length > 0
              ? [{ label: t.ojtBegin, style: 'primary' as const, action: { id: 'one-on-ones.ojt-begin' } }]
              : []),
            { label: t.list, action: { id: 'one-on-ones.mine' } },
          ],
        },
      ],
    }
  }

  async function beginForm(tx: Tx, ask: Ask): Promise<Form | undefined> {
    const t = textsIn(ask.language)
    const members = (await membersOf(tx, ask.actor.id, ask.today)).slice(0, mostPeople - 1)
    if (members.length === 0) return undefined
    const people = await loadPeople(tx, [...members, ask.actor.id], ask.today)
    const options = (ids: readonly number[]) =>
      ids.map((person) => ({ label: nameOf(people, person, ask.language), value: `${person}` }))
    return {
      language: ask.language,
      id: 'one-on-ones.ojt',
      title: t.ojtTitle,
      submit: t.ojtBegin,
      cancel: t.cancel,
      intro: t.ojtIntro,
      fields: [
        {
          type: 'select',
          name: 'trainer',
          label: t.ojtTrainer,
          options: options([...members, ask.actor.id]),
        },
        {
          type: 'select',
          name: 'newcomer',
          label: t.ojtNewcomer,
          options: options(members),
        },
        ...rhythmFields(undefined, ask.today, ask.language),
      ],
    }
  }

  async function begin(ask: Ask, values: FormValues) {
    return inTransaction(db, async (tx) => {
      const t = textsIn(ask.language)
      const members = await membersOf(tx, ask.actor.id, ask.today)
      const [trainer, newcomer] = [Number(one(values, 'trainer')), Number(one(values, 'newcomer'))]
      const read = readRhythm(values, ask.today, ask.language)
      if (!members.includes(newcomer)) return { errors: { newcomer: t.ojtWrong } }
      if (trainer !== ask.actor.id && !members.includes(trainer)) return { errors: { trainer: t.ojtWrong } }
      if (trainer === newcomer) return { errors: { trainer: t.ojtSame } }
      if ('errors' in read) return read
      await tx.$queryRaw`SELECT id FROM person WHERE id = ${newcomer} FOR UPDATE`
      const pair = { kind: 'ojt' as const, leadId: trainer, memberId: newcomer }
      const [exists] = await loadSeries(tx, { ...pair, status: { not: 'ended' } })
      if (exists) return { errors: { newcomer: t.exists } }
      const series = await createSeries(tx, pair, read.fields)
      const template = await readSetting(tx, ojtTemplate)
      await tx.ojtWeek.createMany({
        data: template.map((topic, i) => ({
          seriesId: series.id,
          week: i + 1,
          topic,
          beginsOn: toDbDate(read.fields.startsOn.add({ weeks: i })),
        })),
      })
      await planWeeks(core, tx, series, ask.now)
      const by = { actorId: ask.actor.id, flow: ask.flow, now: ask.now }
      await auditSeries(tx, series, 'ojt-begun', { weeks: template.length }, by)
      await keep(core, tx, series, ask.now)
      const to = [trainer, newcomer].filter((person) => person !== ask.actor.id)
      await tell(core, tx, kinds.begun, series, { to, anchor: '1' }, ask.now)
      return replaceWith(await list(tx, ask, t.ojtCreated), { id: 'one-on-ones.ojt' })
    })
  }

  async function plan(tx: Tx, ask: Ask, series: Series, note?: string): Promise<Answer> {
    const t = textsIn(ask.language)
    const all = await tx.ojtWeek.findMany({ where: { seriesId: series.id }, orderBy: { week: 'asc' } })
    const lead = series.leadId === ask.actor.id
    const open = all.filter((week) => !(lead ? week.leadDone : week.memberDone))
    // From the first week that is still open, so that a long plan keeps to one card.
    const from = all.findIndex(({ id: week }) => week === open[0]?.id)
    const start = from < 0 ? Math.max(0, all.length - mostWeeks) : Math.max(0, from - 2)
    const rows = all.slice(start, start + mostWeeks).map((week): Row => {
      const state = (done: Date | null) => (done ? t.ojtTicked : t.ojtOpen)
      const mine = lead ? week.leadDone : week.memberDone
      return {
        text: t.ojtWeek(week.week, week.topic),
        detail: t.ojtState(
          formatDate(fromDbDate(week.beginsOn), ask.language),
          state(week.leadDone),
          state(week.memberDone),
        ),
        ...(series.state.type !== 'ended' && {
          button: {
            label: mine ? t.ojtUntick : t.ojtTick,
            action: { id: mine ? 'one-on-ones.untick' : 'one-on-ones.tick', data: { week: week.id } },
          },
        }),
      }
    })
    const both = all.filter(({ leadDone, memberDone }) => leadDone && memberDone).length
    const names = await namesOf(tx, series, ask)
    const card: Card = {
      language: ask.language,
      summary: t.ojtHeading,
      blocks: [
        {
          type: 'heading',
          text: t.ojtPlanHeading(names.get(lead ? series.memberId : series.leadId) ?? t.person),
        },
        ...(note ? [text(note)] : []),
        text(progress(both, all, ask)),
        ...(rows.length > 0 ? [{ type: 'list', rows } as const] : []),
        { type: 'buttons', buttons: [backTo(series, ask.language)] },
      ],
    }
    return replaceWith(card, { id: 'one-on-ones.plan', data: { series: series.id } })
  }

  /** Sets or takes back the reader's own tick of a week. */
  const ticking = (
    ask: Ask,
    weekId: number,
    done: Date | null,
    ofLead: { leadDone?: null },
    ofMember: { memberDone?: null },
  ): Promise<Answer> =>
    inTransaction(db, async (tx) => {
      const t = textsIn(ask.language)
      const week = await tx.ojtWeek.findUnique({ where: { id: weekId } })
      if (!week) throw notFound()
      const series = await changeable(tx, week.seriesId, ask.actor.id)
      if (series.leadId === ask.actor.id)
        await tx.ojtWeek.updateMany({ where: { id: weekId, ...ofLead }, data: { leadDone: done } })
      else await tx.ojtWeek.updateMany({ where: { id: weekId, ...ofMember }, data: { memberDone: done } })
      return plan(tx, ask, series, done ? t.ojtTickedNote : t.ojtUntickedNote)
    })

  return {
    commands: [
      {
        id: 'one-on-ones.ojt',
        phrases: { ja: ['OJT', 'OJT 進み具合'], en: ['OJT'] },
        help: { ja: ja.ojtHelp, en: en.ojtHelp },
        permission: everyStaffMember,
        ofUse: async ({ id: own }: { readonly id: number }, now: Temporal.Instant) =>
          (await membersOf(db.prisma, own, now.toZonedDateTimeISO(core.zone).toPlainDate())).length > 0 ||
          (await db.prisma.oneOnOne.count({
            where: { kind: 'ojt', status: { not: 'ended' }, OR: [{ leadId: own }, { memberId: own }] },
          })) > 0,
        handle: async (ask: Ask) => say(await list(db.prisma, ask), { id: 'one-on-ones.ojt' }),
      },
    ],
    actions: {
      'one-on-ones.ojt': action({
        effect: 'reads',
        permission: everyStaffMember,
        data: none,
        handle: async (ask) => replaceWith(await list(db.prisma, ask)),
      }),
      'one-on-ones.ojt-begin': action({
        effect: 'reads',
        opensForm: true,
        permission: everyStaffMember,
        data: none,
        handle: async (ask) => {
          const opened = await beginForm(db.prisma, ask)
          return opened ? openForm(opened) : replaceWith(await list(db.prisma, ask))
        },
      }),
      'one-on-ones.plan': action({
        effect: 'reads',
        permission: everyStaffMember,
        data: z.object({ series: id }),
        handle: async (ask, data) => {
          const series = await readable(db.prisma, data.series, ask.actor.id)
          if (series.kind !== 'ojt') throw notFound()
          return plan(db.prisma, ask, series)
        },
      }),
      'one-on-ones.tick': action({
        effect: 'changes',
        permission: everyStaffMember,
        data: z.object({ week: id }),
        handle: (ask, data) =>
          // The first tick counts; a second click changes nothing.
          ticking(ask, data.week, toDbInstant(ask.now), { leadDone: null }, { memberDone: null }),
      }),
      'one-on-ones.untick': action({
        effect: 'changes',
        permission: everyStaffMember,
        data: z.object({ week: id }),
        handle: (ask, data) => ticking(ask, data.week, null, {}, {}),
      }),
      'one-on-ones.ojt-end': action({
        effect: 'changes',
        permission: everyStaffMember,
        data: z.object({ series: id, version: id }),
        handle: (ask, data) =>
          inTransaction(db, async (tx) => {
            const t = textsIn(ask.language)
            const series = await lockSeries(tx, data.series)
            const members = await membersOf(tx, ask.actor.id, ask.today)
            // Theirs who lead the newcomer, as they made the pair.
            if (series?.kind !== 'ojt' || !members.includes(series.memberId)) throw notFound()
            const again = { id: 'one-on-ones.ojt' }
            if (series.state.type === 'ended' || series.version !== data.version)
              return replaceWith(await list(tx, ask, t.stale), again)
            const end = { why: 'asked', actorId: ask.actor.id, flow: ask.flow } as const
            await endSeries(core, tx, series, end, ask.now)
            return replaceWith(await list(tx, ask, t.ojtEnded), again)
          }),
      }),
    },
    forms: {
      'one-on-ones.ojt': form({
        permission: everyStaffMember,
        data: none,
        handle: (ask, _, values) => begin(ask, values),
      }),
    },
  }
}
