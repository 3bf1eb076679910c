// Begin, change, pause, resume and end: by either of the two; the other one is told.
import { z } from 'zod'
import type { Form } from '../../cards/card.ts'
import { dayOf, isWithinYear, one } from '../../cards/values.ts'
import { inTransaction, type Tx } from '../../db/transaction.ts'
import { leadsOf, membersOf } from '../../directory/lines.ts'
import { loadOrganisation } from '../../directory/load.ts'
import { loadPeople } from '../../directory/people.ts'
import { officeName, readSetting } from '../../directory/settings.ts'
import { type Ask, action, form, openForm, replaceWith } from '../../intake/handler.ts'
import { everyStaffMember } from '../../intake/permissions.ts'
import type { Core } from '../feature.ts'
import { isSameRhythm, pauseForm, readRhythm, rhythmFields } from './forms.ts'
import { id, none } from './ids.ts'
import { auditSeries, clearAhead, endSeries, keep, tell } from './keep.ts'
import { kinds } from './kinds.ts'
import { changeable, mine, namesOf, readable, servedBy, shown } from './show.ts'
import { otherOf, type Series } from './state.ts'
import { carryTopics, changeSeries, createSeries, loadSeries, setState } from './store.ts'
import { textsIn } from './texts.ts'
import { settingsCard } from './views.ts'
import { nameOf } from './words.ts'

/** As many as a list to choose from takes. */
const mostPartners = 100
const seen = z.object({ series: id, version: id })

export function arranging(core: Core) {
  const { db } = core
  const by = (ask: Ask) => ({ actorId: ask.actor.id, flow: ask.flow, now: ask.now })

  async function partnersOf(tx: Tx, ask: Ask) {
    const org = await loadOrganisation(tx, ask.today, [ask.actor.id])
    const leads = leadsOf(org, ask.actor.id)
    return { leads, members: await membersOf(tx, ask.actor.id, ask.today) }
  }

  async function beginForm(tx: Tx, ask: Ask): Promise<Form | undefined> {
    const t = textsIn(ask.language)
    const { leads, members } = await partnersOf(tx, ask)
    const served = await servedBy(tx, ask.actor.id)
    const all = [...leads, ...members].filter((each) => !served.has(each)).slice(0, mostPartners)
    if (all.length === 0) return undefined
    const people = await loadPeople(tx, all, ask.today)
    const options = all.map((person) => {
      const name = nameOf(people, person, ask.language)
      return { label: leads.includes(person) ? t.partnerLead(name) : name, value: `${person}` }
    })
    return {
      language: ask.language,
      id: 'one-on-ones.create',
      title: t.createTitle,
      submit: t.begin,
      cancel: t.cancel,
      intro: t.createIntro,
      fields: [
        {
          type: 'select',
          name: 'partner',
          label: t.partner,
          options,
          ...(all.length === 1 && { value: `${all[0]}` }),
        },
        ...rhythmFields(undefined, ask.today, ask.language),
      ],
    }
  }

  /** The settings' card after a change that somebody else may have got ahead of. */
  async function settings(tx: Tx, ask: Ask, series: Series, note?: string) {
    const names = await namesOf(tx, series, ask)
    const view = { series, reader: ask.actor.id, names, language: ask.language }
    return replaceWith(settingsCard(view, note), {
      id: 'one-on-ones.settings',
      data: { series: series.id },
    })
  }

  const told = (tx: Tx, ask: Ask, series: Series) =>
    tell(
      core,
      tx,
      kinds.changed,
      series,
      { to: [otherOf(series, ask.actor.id)], anchor: `${series.version + 1}` },
      ask.now,
    )

  /** Changes what nobody has changed since it was shown, and shows it. */
  async function changing(
    ask: Ask,
    data: z.infer<typeof seen>,
    note: string,
    change: (tx: Tx, series: Series) => Promise<void>,
  ) {
    return inTransaction(db, async (tx) => {
      const series = await changeable(tx, data.series, ask.actor.id)
      if (series.version !== data.version) return settings(tx, ask, series, textsIn(ask.language).stale)
      await change(tx, series)
      return settings(tx, ask, await changed(tx, series), note)
    })
  }

  async function changed(tx: Tx, series: Series): Promise<Series> {
    return (await loadSeries(tx, { id: series.id }))[0] ?? series
  }

  return {
    actions: {
      'one-on-ones.begin': action({
        effect: 'reads',
        opensForm: true,
        permission: everyStaffMember,
        data: none,
        handle: async (ask) => {
          const opened = await beginForm(db.prisma, ask)
          return opened ? openForm(opened) : mine(core, db.prisma, ask, 'replace')
        },
      }),
      'one-on-ones.settings': action({
        effect: 'reads',
        permission: everyStaffMember,
        data: z.object({ series: id }),
        handle: async (ask, data) =>
          settings(db.prisma, ask, await readable(db.prisma, data.series, ask.actor.id)),
      }),
      'one-on-ones.change': action({
        effect: 'reads',
        opensForm: true,
        permission: everyStaffMember,
        data: z.object({ series: id }),
        handle: (ask, data) =>
          inTransaction(db, async (tx) => {
            const t = textsIn(ask.language)
            const series = await changeable(tx, data.series, ask.actor.id)
            return openForm({
              language: ask.language,
              id: 'one-on-ones.change',
              title: t.changeTitle,
              submit: t.save,
              cancel: t.cancel,
              data: { series: series.id, version: series.version },
              fields: rhythmFields(series, ask.today, ask.language),
            })
          }),
      }),
      'one-on-ones.pause': action({
        effect: 'reads',
        opensForm: true,
        permission: everyStaffMember,
        data: z.object({ series: id }),
        handle: (ask, data) =>
          inTransaction(db, async (tx) => {
            const series = await changeable(tx, data.series, ask.actor.id)
            return openForm(pauseForm(series, ask.today, ask.language))
          }),
      }),
      'one-on-ones.resume': action({
        effect: 'changes',
        permission: everyStaffMember,
        data: seen,
        handle: (ask, data) =>
          changing(ask, data, textsIn(ask.language).resumed, async (tx, series) => {
            if (series.state.type !== 'paused') return
            await setState(tx, series.id, { type: 'active' })
            await auditSeries(tx, series, 'resumed', {}, by(ask))
            await keep(core, tx, { ...series, state: { type: 'active' } }, ask.now)
            await told(tx, ask, series)
          }),
      }),
      'one-on-ones.end': action({
        effect: 'changes',
        permission: everyStaffMember,
        data: seen,
        handle: (ask, data) =>
          inTransaction(db, async (tx) => {
            const t = textsIn(ask.language)
            const series = await changeable(tx, data.series, ask.actor.id)
            if (series.version !== data.version) return settings(tx, ask, series, t.stale)
            const end = { why: 'asked', actorId: ask.actor.id, flow: ask.flow } as const
            await endSeries(core, tx, series, end, ask.now)
            // It is the lead's no more: the list is what both have left.
            return mine(core, tx, ask, 'replace', t.endedNote)
          }),
      }),
      'one-on-ones.continue': action({
        effect: 'changes',
        permission: everyStaffMember,
        data: z.object({ series: id, topics: z.boolean() }),
        handle: (ask, data) =>
          inTransaction(db, async (tx) => {
            const t = textsIn(ask.language)
            const old = await readable(tx, data.series, ask.actor.id)
            // Only the member carries anything on, and only after the end.
            if (old.memberId !== ask.actor.id || old.state.type !== 'ended' || old.kind !== 'line')
              return shown(core, tx, ask, old.id)
            const org = await loadOrganisation(tx, ask.today, [ask.actor.id])
            const leads = leadsOf(org, ask.actor.id)
            const [leadId] = leads
            const office = (await readSetting(tx, officeName))[ask.language]
            if (leadId === undefined) return mine(core, tx, ask, 'replace', t.continueNobody(office))
            const live = { kind: 'line', status: { not: 'ended' }, memberId: old.memberId }
            const [found] = await loadSeries(tx, { ...live, leadId: { in: leads } })
            const series =
              found ??
              (await begin(
                tx,
                ask,
                { kind: 'line', leadId, memberId: old.memberId },
                {
                  ...old,
                  startsOn: ask.today.add({ days: 1 }),
                },
              ))
            if (data.topics) await carryTopics(core, tx, old, series, ask.actor.id)
            return shown(core, tx, ask, series.id, t.continued)
          }),
      }),
    },
    forms: {
      'one-on-ones.create': form({
        permission: everyStaffMember,
        data: none,
        handle: (ask, _, values) =>
          inTransaction(db, async (tx) => {
            const t = textsIn(ask.language)
            const read = readRhythm(values, ask.today, ask.language)
            const partner = Number(one(values, 'partner'))
            const { leads, members } = await partnersOf(tx, ask)
            const isLead = leads.includes(partner)
            if (!isLead && !members.includes(partner)) return { errors: { partner: t.partnerWrong } }
            if ('errors' in read) return read
            const pair = isLead
              ? { kind: 'line' as const, leadId: partner, memberId: ask.actor.id }
              : { kind: 'line' as const, leadId: ask.actor.id, memberId: partner }
            // One at a time for a pair, also where both begin it at once.
            await tx.$queryRaw`SELECT id FROM person WHERE id = ${pair.memberId} FOR UPDATE`
            const [exists] = await loadSeries(tx, { ...pair, status: { not: 'ended' } })
            if (exists) return { errors: { partner: t.exists } }
            const series = await begin(tx, ask, pair, read.fields)
            return shown(core, tx, ask, series.id, t.created)
          }),
      }),
      'one-on-ones.change': form({
        permission: everyStaffMember,
        data: seen,
        handle: (ask, data, values) =>
          inTransaction(db, async (tx) => {
            const t = textsIn(ask.language)
            const series = await changeable(tx, data.series, ask.actor.id)
            if (series.version !== data.version) return settings(tx, ask, series, t.stale)
            const read = readRhythm(values, ask.today, ask.language)
            if ('errors' in read) return read
            if (isSameRhythm(series, read.fields, ask.today)) {
              // Another place: what stands in the calendars stays, also what the two have moved.
              await changeSeries(tx, series.id, { ...read.fields, startsOn: series.startsOn })
            } else {
              await changeSeries(tx, series.id, read.fields)
              await clearAhead(core, tx, series, ask.now)
              await keep(core, tx, { ...series, ...read.fields }, ask.now)
            }
            const { cadence, minutes } = read.fields
            await auditSeries(tx, series, 'changed', { cadence, minutes }, by(ask))
            await told(tx, ask, series)
            return settings(tx, ask, await changed(tx, series), t.saved)
          }),
      }),
      'one-on-ones.pause': form({
        permission: everyStaffMember,
        data: seen,
        handle: (ask, data, values) =>
          inTransaction(db, async (tx) => {
            const t = textsIn(ask.language)
            const series = await changeable(tx, data.series, ask.actor.id)
            if (series.version !== data.version) return settings(tx, ask, series, t.stale)
            const until = dayOf(values, 'until')
            if (!isWithinYear(until, ask.today)) return { errors: { until: t.pauseWrong } }
            await clearAhead(core, tx, series, ask.now)
            await setState(tx, series.id, { type: 'paused', until })
            await auditSeries(tx, series, 'paused', { until: until.toString() }, by(ask))
            await told(tx, ask, series)
            return settings(tx, ask, await changed(tx, series), t.pausedNote)
          }),
      }),
    },
  }

  async function begin(
    tx: Tx,
    ask: Ask,
    pair: Pick<Series, 'kind' | 'leadId' | 'memberId'>,
    fields: Parameters<typeof createSeries>[2],
  ): Promise<Series> {
    const series = await createSeries(tx, pair, fields)
    await auditSeries(tx, series, 'begun', { cadence: fields.cadence }, by(ask))
    await keep(core, tx, series, ask.now)
    const to = [otherOf(series, ask.actor.id)]
    await tell(core, tx, kinds.begun, series, { to, anchor: '1' }, ask.now)
    return series
  }
}
