// Proposals of the directory, shown to HR before they count; kept up with the directory from then on.
import { z } from 'zod'
import type { Block, Button, Card, Row } from '../../../cards/card.ts'
import { writeAudits } from '../../../db/audit.ts'
import { toDbInstant } from '../../../db/time.ts'
import { inTransaction, type Tx } from '../../../db/transaction.ts'
import type { DomainEvent } from '../../../directory/events.ts'
import { loadOrganisation } from '../../../directory/load.ts'
import { loadPeople } from '../../../directory/people.ts'
import { type Answer, type Ask, action, type HomeItem, replaceWith } from '../../../intake/handler.ts'
import type { Core, Feature } from '../../feature.ts'
import { officer, runs, runsCourse } from '../access.ts'
import { loadCourses } from '../load.ts'
import { officerCourse, openPlanned } from '../plan/page.ts'
import { by } from '../sign-up/apply.ts'
import { enterSignUps } from '../sign-up/move.ts'
import { type Course, courseSubject, windowOf } from '../state.ts'
import { courseName } from '../words.ts'
import { proposeAll, proposeFor } from './propose.ts'
import { reasonWords } from './rule.ts'
import { en } from './texts.en.ts'
import { ja } from './texts.ja.ts'

const id = z.number().int().positive()
const ofCourse = z.object({ course: id, version: id, page: z.number().int().optional() })
const pageSize = 10
const textsIn = (language: Ask['language']): typeof ja => (language === 'ja' ? ja : en)

const openNominations = (course: Course, page = 1) => ({
  id: 'trainings.nominations',
  data: { course: course.id, version: course.version, page },
})

export function nomination(core: Core): Omit<Feature, 'name'> {
  const show = async (
    tx: Tx,
    ask: Ask,
    course: Course,
    page: number,
    lines: readonly string[] = [],
  ): Promise<Answer> => replaceWith(await card(tx, ask, course, page, lines), openNominations(course, page))

  const accept = (ask: Ask, data: { course: number; last: number; count: number }) =>
    inTransaction(
      core.db,
      async (tx) => {
        const course = await officerCourse(tx, ask, data.course)
        const t = textsIn(ask.language)
        // Exactly those who were shown: whoever was proposed since is looked at first.
        const proposed = await tx.nomination.findMany({
          where: { courseId: course.id, status: 'proposed', id: { lte: data.last } },
          orderBy: { id: 'asc' },
        })
        if (proposed.length === 0 || proposed.length > data.count) return show(tx, ask, course, 1)
        await tx.nomination.updateMany({
          where: { id: { in: proposed.map((each) => each.id) } },
          data: { status: 'accepted', settledAt: toDbInstant(ask.now), settledById: ask.actor.id },
        })
        await enterSignUps(
          core,
          tx,
          proposed.map(({ personId, reason }) => ({
            courseId: course.id,
            personId,
            mandatory: course.mandatory,
            reason,
            state: { status: 'nominated' },
            applied: false,
          })),
          'nominate',
          by(ask),
        )
        const now = course.status === 'published' && windowOf(course, ask.today) !== 'ahead'
        const line = now ? t.acceptedNow(proposed.length) : t.accepted(proposed.length)
        const notes = course.status === 'draft' ? [line, t.notPublished] : [line]
        return show(tx, ask, course, 1, notes)
      },
      { timeout: 60_000 },
    )

  const dismiss = (ask: Ask, data: { nomination: number }) =>
    inTransaction(core.db, async (tx) => {
      const row = await tx.nomination.findUnique({ where: { id: data.nomination } })
      const course = await officerCourse(tx, ask, row?.courseId ?? 0)
      const { count } = await tx.nomination.updateMany({
        where: { id: data.nomination, status: 'proposed' },
        data: { status: 'dismissed', settledAt: toDbInstant(ask.now), settledById: ask.actor.id },
      })
      if (count > 0 && row)
        await writeAudits(tx, [
          {
            at: ask.now,
            actorId: ask.actor.id,
            via: 'chat',
            flow: ask.flow,
            action: 'trainings.nomination-dismissed',
            subject: courseSubject(course.id),
            subjectPersonId: row.personId,
            change: { reason: row.reason },
          },
        ])
      return show(tx, ask, course, 1, count > 0 ? [textsIn(ask.language).dismissed] : [])
    })

  return {
    actions: {
      'trainings.nominations': action({
        effect: 'reads',
        permission: officer,
        data: ofCourse,
        handle: (ask, { course, page = 1 }) =>
          inTransaction(core.db, async (tx) => show(tx, ask, await officerCourse(tx, ask, course), page)),
      }),
      'trainings.propose': action({
        effect: 'changes',
        permission: officer,
        data: ofCourse,
        handle: (ask, data) =>
          inTransaction(core.db, async (tx) => {
            const course = await officerCourse(tx, ask, data.course)
            await proposeFor(tx, course.id, ask.today, ask.now)
            return show(tx, ask, course, 1)
          }),
      }),
      'trainings.nominate': action({
        effect: 'changes',
        permission: officer,
        data: z.object({ course: id, last: id, count: id }),
        handle: accept,
      }),
      'trainings.dismiss': action({
        effect: 'changes',
        permission: officer,
        data: z.object({ nomination: id }),
        handle: dismiss,
      }),
    },
    home: (ask) => inTransaction(core.db, (tx) => home(tx, ask)),
    on: (event, tx, now) => follow(core, event, tx, now),
  }
}

async function card(tx: Tx, ask: Ask, course: Course, page: number, lines: readonly string[]): Promise<Card> {
  const { language } = ask
  const t = textsIn(language)
  const proposed = await tx.nomination.findMany({
    where: { courseId: course.id, status: 'proposed' },
    orderBy: { id: 'asc' },
  })
  const pages = Math.max(1, Math.ceil(proposed.length / pageSize))
  const at = Math.min(Math.max(1, page), pages)
  const shown = proposed.slice((at - 1) * pageSize, at * pageSize)
  const people = await loadPeople(
    tx,
    shown.map(({ personId }) => personId),
    ask.today,
  )
  const org = await loadOrganisation(tx, ask.today, [])
  const name = courseName(course, language)
  const blocks: Block[] = [
    { type: 'heading', text: t.title(name) },
    ...lines.map((text) => ({ type: 'text', text }) as const),
    {
      type: 'text',
      text: proposed.length > 0 ? t.intro(proposed.length) : course.nomination === null ? t.noRule : t.none,
    },
  ]
  if (shown.length > 0) {
    const reasons = Map.groupBy(proposed, ({ reason }) => reason)
    blocks.push({
      type: 'context',
      text: [...reasons]
        .map(([reason, found]) => t.byReason(reasonWords(reason, language), found.length))
        .join(' / '),
    })
    blocks.push({
      type: 'list',
      rows: shown.map((each): Row => {
        const person = people.get(each.personId)
        const section = person?.sectionId ? (org.section(person.sectionId)?.name ?? '') : ''
        return {
          text: t.row(person?.name ?? '', section),
          detail: reasonWords(each.reason, language),
          button: { label: t.dismiss, action: { id: 'trainings.dismiss', data: { nomination: each.id } } },
        }
      }),
    })
  }
  if (pages > 1) blocks.push({ type: 'context', text: t.page(at, pages) })
  const turn = (label: string, to: number): Button => ({ label, action: openNominations(course, to) })
  const last = proposed.at(-1)?.id ?? 0
  blocks.push({
    type: 'buttons',
    buttons: [
      ...(proposed.length > 0
        ? [
            {
              label: t.acceptAll(proposed.length),
              style: 'primary',
              action: { id: 'trainings.nominate', data: { course: course.id, last, count: proposed.length } },
              confirm: { title: t.acceptTitle, text: t.acceptText(proposed.length), yes: t.yes, no: t.no },
            } as const,
          ]
        : []),
      ...(at > 1 ? [turn(t.previous, at - 1)] : []),
      ...(at < pages ? [turn(t.next, at + 1)] : []),
      ...(course.nomination !== null
        ? [
            {
              label: t.refresh,
              action: { id: 'trainings.propose', data: { course: course.id, version: course.version } },
            },
          ]
        : []),
      { label: t.back, action: openPlanned(course.id) },
    ],
  })
  return { summary: t.summary, blocks }
}

/** Proposals that wait for this officer, one line a course. */
async function home(tx: Tx, ask: Ask): Promise<readonly HomeItem[]> {
  if (!officer.allows(ask.actor, ask.now)) return []
  const t = textsIn(ask.language)
  const rows = await tx.nomination.groupBy({ by: ['courseId'], where: { status: 'proposed' }, _count: true })
  if (rows.length === 0) return []
  const mine = runs(ask.actor, await loadOrganisation(tx, ask.today, []))
  const courses = await loadCourses(tx, { id: { in: rows.map(({ courseId }) => courseId) } })
  return courses
    .filter((course) => runsCourse(mine, course))
    .map((course) => ({
      at: null,
      text: t.home(
        courseName(course, ask.language),
        rows.find(({ courseId }) => courseId === course.id)?._count ?? 0,
      ),
      detail: t.homeDetail,
      button: { label: t.open, action: openNominations(course) },
    }))
}

/** Whoever joins, is promoted or moves may be named by a rule from now on, or no longer. */
async function follow(core: Core, event: DomainEvent, tx: Tx, now: Temporal.Instant): Promise<void> {
  const today = now.toZonedDateTimeISO(core.zone).toPlainDate()
  switch (event.type) {
    case 'people-changed':
    case 'transfer-effective':
      await proposeAll(tx, today, now)
      return
    case 'day-opened':
      // The year of service turns with the fiscal year; on other days the directory's own events are enough.
      if (event.on.month === 4 && event.on.day === 1) await proposeAll(tx, today, now)
      return
    case 'absence-changed':
    case 'calendars-changed':
      return
    case 'closure-changed':
      return
    default:
      event satisfies never
  }
}
