// What HR and coordinators press: making a series, calling for people, seating and publishing rounds, the figures.
import { z } from 'zod'
import type { Field, Form } from '../../cards/card.ts'
import { one } from '../../cards/values.ts'
import { OverlapError } from '../../db/errors.ts'
import type { Prisma } from '../../db/generated/client.ts'
import { fromDbDate, toDbDate, toDbInstant } from '../../db/time.ts'
import { inTransaction, type Tx } from '../../db/transaction.ts'
import { audienceFields, loadAudienceChoices } from '../../directory/audience/form.ts'
import { peopleByNumber } from '../../directory/audience/query.ts'
import { readAudience, splitNumbers } from '../../directory/audience/read.ts'
import { audienceLine, loadAudienceNames } from '../../directory/audience/words.ts'
import { audienceSchema } from '../../directory/audience.ts'
import { loadOrganisation } from '../../directory/load.ts'
import { addressed, loadPeople } from '../../directory/people.ts'
import { type Ask, action, form, openForm, replaceWith } from '../../intake/handler.ts'
import type { Core } from '../feature.ts'
import type { FeaturePart } from '../together.ts'
import { audit, homeOf, type Running, running, runsSeries } from './access.ts'
import { readSeries, seriesForm } from './forms.ts'
import { drawHome } from './home.ts'
import { id } from './ids.ts'
import { closeSeries, invite, reachOfSeries, replanSeries, tellNamed } from './lifecycle.ts'
import { seriesSubject } from './plan.ts'
import { hasRoundsLeft, prepare, publish, sinceDraft } from './rounds.ts'
import { sealApart } from './sealed.ts'
import { namesOf } from './show.ts'
import { comingTo, spanOf, tablesOf } from './store.ts'
import { swap } from './swap.ts'
import { textsIn } from './texts.ts'
import { goneCard, home, manage, showRound } from './views.ts'
import { figuresCard, manageCard, roundCard } from './views-run.ts'

const ofSeries = z.object({ series: id })
const ofVersion = z.object({ series: id, version: id })
const ofRound = z.object({ round: id, version: id })
const longestNumbers = 3_000
const mostLeaders = 500
/** A menu holds no more. */
const mostOptions = 100
const bump = { version: { increment: 1 } } as const

export function runHandlers(core: Core): FeaturePart {
  const permission = runsSeries(core)
  const working = <T>(work: (tx: Tx) => Promise<T>) => inTransaction(core.db, work, { timeout: 60_000 })

  const shown = async (tx: Tx, ask: Ask, seriesId: number, note?: string) => {
    const found = await running(tx, ask, seriesId)
    return replaceWith(
      found ? await drawSeries(tx, ask, found, note) : goneCard(ask.language),
      manage(seriesId),
    )
  }

  /** Does it if the button is not out of date, and shows the series. */
  const changed = async (
    tx: Tx,
    ask: Ask,
    data: { readonly series: number; readonly version: number },
    work: (found: Running) => Promise<string>,
  ) => {
    await tx.$queryRaw`SELECT id FROM gathering_series WHERE id = ${data.series} FOR UPDATE`
    const found = await running(tx, ask, data.series)
    if (!found) return shown(tx, ask, data.series)
    if (found.series.version !== data.version || found.series.status === 'closed')
      return shown(tx, ask, data.series, textsIn(ask.language).stale)
    return shown(tx, ask, data.series, await work(found))
  }

  const ofOne = (
    ask: Ask,
    seriesId: number,
    work: (tx: Tx, found: Running) => Promise<ReturnType<typeof openForm>>,
  ) =>
    working(async (tx) => {
      const found = await running(tx, ask, seriesId)
      if (!found || found.series.status === 'closed') return shown(tx, ask, seriesId)
      return work(tx, found)
    })

  const shownRound = async (tx: Tx, ask: Ask, roundId: number, page = 1, note?: string) => {
    const round = await tx.gatheringRound.findUnique({ where: { id: roundId } })
    const found = round && (await running(tx, ask, round.seriesId))
    if (!round || !found) return replaceWith(goneCard(ask.language), home)
    const tables = (await tablesOf(tx, roundId)).filter(({ status }) => status !== 'cancelled')
    const ids = tables.flatMap(comingTo)
    const leaders = await tx.gatheringMember.findMany({
      where: { seriesId: round.seriesId, facilitates: true },
      select: { personId: true },
    })
    const lead = new Set(leaders.map(({ personId }) => personId))
    const { series } = found
    return replaceWith(
      roundCard(
        {
          ...round,
          series,
          tables: tables.map((table) => ({
            number: table.number,
            span: spanOf(table),
            hostId: table.hostId,
            people: comingTo(table),
          })),
          unled: tables.filter(({ hostId }) => !lead.has(hostId)).length,
          names: await namesOf(tx, ids, ask.language, ask.today),
          since: round.status === 'draft' ? await sinceDraft(tx, roundId, series.id) : { gone: 0, fresh: 0 },
          zone: core.zone,
        },
        page,
        ask.language,
        note,
      ),
      showRound(roundId, page),
    )
  }

  const create = async (tx: Tx, ask: Ask, data: Prisma.GatheringSeriesUncheckedCreateInput) => {
    const made = await tx.gatheringSeries.create({ data })
    await audit(tx, ask, 'created', seriesSubject(made.id), { name: made.name, size: made.size })
    return shown(tx, ask, made.id, textsIn(ask.language).saved)
  }

  return {
    actions: {
      'gatherings.run': action({
        effect: 'reads',
        permission,
        data: ofSeries,
        handle: (ask, data) => working((tx) => shown(tx, ask, data.series)),
      }),
      'gatherings.edit': action({
        effect: 'reads',
        opensForm: true,
        permission,
        data: z.object({ series: id.optional() }),
        handle: (ask, data) =>
          working(async (tx) => {
            if (data.series === undefined) {
              if (homeOf(ask.actor) === undefined) return replaceWith(await drawHome(core, tx, ask), home)
              return openForm(seriesForm(undefined, undefined, ask.today, ask.language))
            }
            const found = await running(tx, ask, data.series)
            if (!found || found.series.status === 'closed') return shown(tx, ask, data.series)
            const { coordinatorId } = found.series
            const named =
              coordinatorId === null ? undefined : await loadPeople(tx, [coordinatorId], ask.today)
            const coordinator = named?.get(coordinatorId ?? 0)
            return openForm(
              seriesForm(
                found.series,
                coordinator && addressed(coordinator, ask.language),
                ask.today,
                ask.language,
              ),
            )
          }),
      }),
      'gatherings.who': action({
        effect: 'reads',
        opensForm: true,
        permission,
        data: ofSeries,
        handle: (ask, data) =>
          ofOne(ask, data.series, async (tx, { series, org }) => {
            const t = textsIn(ask.language)
            const audience = series.audience === null ? {} : audienceSchema.parse(series.audience)
            const choices = await loadAudienceChoices(tx, reachOfSeries(series, org), audience, ask.today)
            return openForm({
              language: ask.language,
              id: 'gatherings.who',
              title: t.run.chooseWho,
              submit: t.save,
              cancel: t.cancel,
              intro: t.run.whoIntro,
              data: { series: series.id, version: series.version },
              fields: audienceFields(['conditions', 'people'], audience, choices, ask.language),
            })
          }),
      }),
      'gatherings.leaders': action({
        effect: 'reads',
        opensForm: true,
        permission,
        data: ofSeries,
        handle: (ask, data) =>
          ofOne(ask, data.series, async (tx, { series }) => {
            const t = textsIn(ask.language)
            const leaders = await tx.gatheringMember.findMany({
              where: { seriesId: series.id, facilitates: true },
              select: { personId: true },
            })
            const people = await loadPeople(
              tx,
              leaders.map(({ personId }) => personId),
              ask.today,
            )
            const value = [...people.values()].map(({ number }) => number).sort()
            return openForm({
              language: ask.language,
              id: 'gatherings.leaders',
              title: t.run.leadersTitle,
              submit: t.save,
              cancel: t.cancel,
              data: { series: series.id, version: series.version },
              fields: [
                {
                  name: 'numbers',
                  type: 'text',
                  label: t.run.leadersField,
                  hint: t.run.leadersHint,
                  multiline: true,
                  optional: true,
                  maxLength: longestNumbers,
                  ...(value.length > 0 && { value: value.join('\n') }),
                },
              ],
            })
          }),
      }),
      'gatherings.open': action({
        effect: 'changes',
        permission,
        data: ofVersion,
        handle: (ask, data) =>
          working((tx) =>
            changed(tx, ask, data, async ({ series, org }) => {
              const t = textsIn(ask.language).run
              if (series.status !== 'draft') return textsIn(ask.language).stale
              if (series.audience === null) return t.needsWho
              const opened = await tx.gatheringSeries.update({
                where: { id: series.id },
                data: { status: 'open', ...bump },
              })
              const count = await invite(core, tx, opened, org, ask.now)
              await replanSeries(core, tx, opened, ask.now)
              await audit(tx, ask, 'opened', seriesSubject(series.id), { asked: count })
              const named = await tx.gatheringMember.findMany({
                where: { seriesId: series.id, facilitates: true },
                select: { personId: true },
              })
              const leaders = named.map(({ personId }) => personId)
              await tellNamed(core, tx, series.id, leaders, ask.now)
              return t.opened(count)
            }),
          ),
      }),
      'gatherings.prepare': action({
        effect: 'changes',
        permission,
        data: ofVersion,
        handle: async (ask, data) => {
          const t = textsIn(ask.language)
          const may = await working(async (tx) => {
            const found = await running(tx, ask, data.series)
            return found && (await hasRoundsLeft(tx, found.series))
          })
          if (!may) return working((tx) => shown(tx, ask, data.series))
          const made = await prepare(core, data.series, data.version, ask.today)
          return working((tx) =>
            made.type === 'draft'
              ? shownRound(tx, ask, made.roundId, 1, t.round.made)
              : shown(tx, ask, data.series, made.type === 'stale' ? t.stale : t.run[made.type]),
          )
        },
      }),
      'gatherings.round': action({
        effect: 'reads',
        permission,
        data: z.object({ round: id, page: z.int().min(1).max(1_000) }),
        handle: (ask, data) => working((tx) => shownRound(tx, ask, data.round, data.page)),
      }),
      'gatherings.publish': action({
        effect: 'changes',
        permission,
        data: ofRound,
        handle: async (ask, data) => {
          const t = textsIn(ask.language)
          const once = () =>
            working(async (tx) => {
              const round = await tx.gatheringRound.findUnique({ where: { id: data.round } })
              const found = round && (await running(tx, ask, round.seriesId))
              if (!round || !found) return replaceWith(goneCard(ask.language), home)
              const done = await publish(core, tx, round.id, data.version, ask.today, ask.now)
              if (done !== 'published')
                return shownRound(tx, ask, round.id, 1, done === 'stale' ? t.stale : undefined)
              const series = await tx.gatheringSeries.findUniqueOrThrow({ where: { id: round.seriesId } })
              await replanSeries(core, tx, series, ask.now)
              const [tables, people] = [
                await tx.gatheringTable.count({ where: { roundId: round.id } }),
                await tx.gatheringSeat.count({ where: { roundId: round.id } }),
              ]
              const change = { round: round.number, tables, people }
              await audit(tx, ask, 'published', seriesSubject(series.id), change)
              return shownRound(tx, ask, round.id, 1, t.round.publishDone(people))
            })
          try {
            return await once()
          } catch (error) {
            if (!(error instanceof OverlapError)) throw error
            // Somebody booked one of them at this very moment: another time is found.
            return once()
          }
        },
      }),
      'gatherings.swap': action({
        effect: 'reads',
        opensForm: true,
        permission,
        data: ofRound,
        handle: (ask, data) =>
          working(async (tx) => {
            const round = await tx.gatheringRound.findUnique({ where: { id: data.round } })
            const found = round && (await running(tx, ask, round.seriesId))
            if (!round || !found) return replaceWith(goneCard(ask.language), home)
            if (round.status !== 'draft' || round.version !== data.version)
              return shownRound(tx, ask, round.id, 1, textsIn(ask.language).stale)
            return openForm(await swapForm(tx, ask, round))
          }),
      }),
      'gatherings.discard': action({
        effect: 'changes',
        permission,
        data: ofRound,
        handle: (ask, data) =>
          working(async (tx) => {
            const t = textsIn(ask.language)
            const round = await tx.gatheringRound.findUnique({ where: { id: data.round } })
            const found = round && (await running(tx, ask, round.seriesId))
            if (!round || !found) return replaceWith(goneCard(ask.language), home)
            const { count } = await tx.gatheringRound.deleteMany({
              where: { id: round.id, status: 'draft', version: data.version },
            })
            if (count === 0) return shownRound(tx, ask, round.id, 1, t.stale)
            await tx.gatheringSeries.update({ where: { id: round.seriesId }, data: bump })
            return shown(tx, ask, round.seriesId, t.round.discarded)
          }),
      }),
      'gatherings.figures': action({
        effect: 'reads',
        permission,
        data: ofSeries,
        handle: (ask, data) =>
          working(async (tx) => {
            const found = await running(tx, ask, data.series)
            if (!found) return shown(tx, ask, data.series)
            const rounds = await tx.gatheringRound.findMany({
              where: { seriesId: data.series, status: { not: 'draft' } },
              include: { tables: { include: { seats: { select: { status: true } } } } },
              orderBy: { number: 'desc' },
            })
            const joined = await tx.gatheringMember.count({
              where: { seriesId: data.series, status: 'joined' },
            })
            const figures = rounds.map(({ number, tables }) => {
              const seats = tables.flatMap((table) => table.seats)
              const held = tables.filter(({ status }) => status === 'held').length
              const not = tables.filter(({ status }) => status === 'not_held').length
              const coming = seats.filter(({ status }) => status === 'coming').length
              return {
                number,
                tables: tables.length,
                held,
                answered: held + not,
                seated: seats.length,
                coming,
              }
            })
            return replaceWith(figuresCard(found.series, joined, figures, ask.language), {
              id: 'gatherings.figures',
              data: { series: data.series },
            })
          }),
      }),
      'gatherings.close': action({
        effect: 'changes',
        permission,
        data: ofVersion,
        handle: (ask, data) =>
          working((tx) =>
            changed(tx, ask, data, async ({ series }) => {
              await closeSeries(core, tx, series, ask.today, ask.now)
              await audit(tx, ask, 'closed', seriesSubject(series.id), {})
              return textsIn(ask.language).run.closed
            }),
          ),
      }),
    },
    forms: {
      'gatherings.save': form({
        permission,
        searches: true,
        data: z.object({ series: id.optional(), version: id.optional() }),
        handle: (ask, data, values) =>
          working(async (tx) => {
            const t = textsIn(ask.language)
            const done =
              data.series === undefined
                ? 0
                : await tx.gatheringRound.count({
                    where: { seriesId: data.series, status: { not: 'draft' } },
                  })
            const read = readSeries(values, done, ask.today, ask.language)
            if ('errors' in read) return read
            const { nextOn, coordinatorId: named, ...rest } = read.fields
            const known =
              named === null ||
              (id.safeParse(named).success && (await loadPeople(tx, [named], ask.today)).has(named))
            if (!known) return { errors: { coordinator: t.form.bad.person } }
            const coordinatorId = named ?? ask.actor.id
            const fields = { ...rest, coordinatorId, nextOn: toDbDate(nextOn) }
            if (data.series === undefined) {
              const sectionId = homeOf(ask.actor)
              if (sectionId === undefined) return replaceWith(await drawHome(core, tx, ask), home)
              return create(tx, ask, { ...fields, sectionId, createdAt: toDbInstant(ask.now) })
            }
            const same = { series: data.series, version: data.version ?? 0 }
            return changed(tx, ask, same, async ({ series }) => {
              const saved = await tx.gatheringSeries.update({
                where: { id: series.id },
                data: { ...fields, ...bump },
              })
              // What was seated under other terms is seated anew.
              const terms = (one: typeof saved) =>
                JSON.stringify([one.size, one.minutes, one.hours, one.parallel, one.nextOn])
              if (terms(series) !== terms(saved))
                await tx.gatheringRound.deleteMany({ where: { seriesId: series.id, status: 'draft' } })
              await replanSeries(core, tx, saved, ask.now)
              await audit(tx, ask, 'changed', seriesSubject(series.id), {
                name: saved.name,
                size: saved.size,
                coordinator: coordinatorId,
              })
              return t.saved
            })
          }),
      }),
      'gatherings.who': form({
        permission,
        data: ofVersion,
        handle: (ask, data, values) =>
          working(async (tx) => {
            const found = await running(tx, ask, data.series)
            if (!found) return shown(tx, ask, data.series)
            const { series, org } = found
            const before = series.audience === null ? {} : audienceSchema.parse(series.audience)
            const choices = await loadAudienceChoices(tx, reachOfSeries(series, org), before, ask.today)
            const parts = ['conditions', 'people'] as const
            const read = await readAudience(tx, parts, before, values, choices, ask.language, ask.today)
            if (read.errors) return { errors: read.errors }
            const { audience } = read
            return changed(tx, ask, data, async () => {
              const saved = await tx.gatheringSeries.update({
                where: { id: series.id },
                data: { audience, ...bump },
              })
              await audit(tx, ask, 'audience', seriesSubject(series.id), {})
              if (saved.status === 'open') await invite(core, tx, saved, org, ask.now)
              return textsIn(ask.language).saved
            })
          }),
      }),
      'gatherings.swap': form({
        permission,
        searches: true,
        data: ofRound,
        handle: (ask, data, values) =>
          working(async (tx) => {
            const t = textsIn(ask.language)
            const chosen = [one(values, 'one'), one(values, 'other')].map(Number)
            const round = await tx.gatheringRound.findUnique({ where: { id: data.round } })
            const found = round && (await running(tx, ask, round.seriesId))
            if (!round || !found) return replaceWith(goneCard(ask.language), home)
            const seats = await tx.gatheringSeat.findMany({
              where: {
                roundId: round.id,
                personId: { in: chosen.filter((each) => id.safeParse(each).success) },
              },
            })
            const errors = Object.fromEntries(
              (['one', 'other'] as const).flatMap((name, i) =>
                seats.some(({ personId }) => personId === chosen[i]) ? [] : [[name, t.round.swapNobody]],
              ),
            )
            if (Object.keys(errors).length > 0) return { errors }
            const [a = 0, b = 0] = chosen
            const done = await swap(core, tx, round.id, data.version, [a, b], ask.today)
            if (done.type === 'one-table') return { errors: { other: t.round.swapOneTable } }
            if (done.type === 'swapped')
              await audit(tx, ask, 'swapped', seriesSubject(round.seriesId), { round: round.number })
            const said =
              done.type === 'swapped'
                ? t.round.swapped(done.same, done.repeats)
                : done.type === 'cannot'
                  ? t.round.swapCannot
                  : done.type === 'tries'
                    ? t.run.tries
                    : t.stale
            return shownRound(tx, ask, round.id, 1, said)
          }),
      }),
      'gatherings.leaders': form({
        permission,
        data: ofVersion,
        handle: (ask, data, values) =>
          working(async (tx) => {
            const t = textsIn(ask.language)
            const written = [values.numbers ?? ''].flat().join('\n')
            // Of a list that is cut somebody would silently lead no more.
            if (written.length > longestNumbers * 2) {
              const most = (longestNumbers * 2).toLocaleString('en')
              return { errors: { numbers: t.run.leadersLong(most) } }
            }
            const { personIds, unknown } = await peopleByNumber(tx, splitNumbers(written), ask.today)
            if (unknown.length > 0)
              return {
                errors: {
                  numbers: t.run.leadersUnknown(
                    unknown.slice(0, 5).join(t.joint).slice(0, 100),
                    unknown.length,
                  ),
                },
              }
            if (personIds.length > mostLeaders) return { errors: { numbers: t.run.leadersMany } }
            const found = await running(tx, ask, data.series)
            if (!found) return shown(tx, ask, data.series)
            const org = await loadOrganisation(tx, ask.today, personIds)
            const reach = reachOfSeries(found.series, org)
            const outside = personIds.some(
              (personId) =>
                !org
                  .posts(personId)
                  .some((post) =>
                    reach.some(({ sections }) => sections === 'all' || sections.has(post.sectionId)),
                  ),
            )
            if (outside) return { errors: { numbers: t.run.leadersOutside } }
            return changed(tx, ask, data, async ({ series }) => {
              await nameLeaders(tx, ask, series, personIds)
              await tx.gatheringSeries.update({ where: { id: series.id }, data: bump })
              return t.saved
            })
          }),
      }),
    },
  }

  /** These facilitate, and nobody else; whoever is new among them takes part and is told. */
  async function nameLeaders(
    tx: Tx,
    ask: Ask,
    series: { readonly id: number; readonly status: string },
    personIds: readonly number[],
  ): Promise<void> {
    const members = await tx.gatheringMember.findMany({ where: { seriesId: series.id } })
    const before = new Set(members.filter(({ facilitates }) => facilitates).map(({ personId }) => personId))
    const wanted = new Set(personIds)
    const added = [...wanted.difference(before)]
    const dropped = [...before.difference(wanted)]
    for (const personId of added) {
      const member = members.find((each) => each.personId === personId)
      const status = member?.status === 'paused' ? 'paused' : 'joined'
      const sealed = member?.sealed ?? sealApart(core, series.id, personId, [])
      const where = { seriesId_personId: { seriesId: series.id, personId } }
      await tx.gatheringMember.upsert({
        where,
        create: { seriesId: series.id, personId, status, facilitates: true, sealed },
        update: { status, facilitates: true, sealed },
      })
      await audit(tx, ask, 'facilitator', seriesSubject(series.id), { facilitates: true }, personId)
    }
    for (const personId of dropped) {
      await tx.gatheringMember.update({
        where: { seriesId_personId: { seriesId: series.id, personId } },
        data: { facilitates: false },
      })
      await audit(tx, ask, 'facilitator', seriesSubject(series.id), { facilitates: false }, personId)
    }
    // Before people are called for, nobody hears of it.
    if (series.status === 'open') await tellNamed(core, tx, series.id, added, ask.now)
  }
}

/** Two of those who are seated: chosen from a list where it holds them all, else searched for by name. */
async function swapForm(
  tx: Tx,
  ask: Ask,
  round: { readonly id: number; readonly version: number },
): Promise<Form> {
  const all = textsIn(ask.language)
  const t = all.round
  const tables = await tablesOf(tx, round.id)
  const names = await namesOf(tx, tables.flatMap(comingTo), ask.language, ask.today)
  const options = tables.flatMap((table) =>
    comingTo(table).map((personId) => ({
      label: t.swapOption(table.number, names.get(personId) ?? all.person),
      value: `${personId}`,
    })),
  )
  const field = (name: string, label: string): Field =>
    options.length <= mostOptions ? { type: 'select', name, label, options } : { type: 'person', name, label }
  return {
    language: ask.language,
    id: 'gatherings.swap',
    title: t.swap,
    submit: t.swapDo,
    cancel: all.cancel,
    intro: t.swapIntro,
    data: { round: round.id, version: round.version },
    fields: [field('one', t.swapOne), field('other', t.swapOther)],
  }
}

async function drawSeries(tx: Tx, ask: Ask, { series, org }: Running, note?: string) {
  const members = await tx.gatheringMember.groupBy({
    by: ['status', 'facilitates'],
    where: { seriesId: series.id },
    _count: true,
  })
  const count = (fits: (one: (typeof members)[number]) => boolean) =>
    members.filter(fits).reduce((sum, each) => sum + each._count, 0)
  const rounds = await tx.gatheringRound.findMany({
    where: { seriesId: series.id },
    select: { id: true, status: true },
    orderBy: { number: 'desc' },
  })
  const published = rounds.filter(({ status }) => status !== 'draft')
  const { coordinatorId } = series
  const people = coordinatorId === null ? undefined : await loadPeople(tx, [coordinatorId], ask.today)
  const coordinator = people?.get(coordinatorId ?? 0)
  const names = await loadAudienceNames(tx, ask.today, org)
  return manageCard(
    {
      series: { ...series, nextOn: fromDbDate(series.nextOn) },
      who:
        series.audience === null
          ? undefined
          : audienceLine(audienceSchema.parse(series.audience), names, ask.language, {
              partOnly: series.sectionId !== null,
            }),
      coordinator: coordinator && addressed(coordinator, ask.language),
      joined: count(({ status }) => status === 'joined'),
      paused: count(({ status }) => status === 'paused'),
      asked: count(({ status }) => status === 'asked'),
      facilitators: count(({ facilitates, status }) => facilitates && status !== 'left'),
      done: published.length,
      draft: rounds.find(({ status }) => status === 'draft')?.id,
      last: published[0]?.id,
      left: series.rounds === null || published.length < series.rounds,
      today: ask.today,
    },
    ask.language,
    note,
  )
}
