// 出前講座: staff who teach. HR names the lecturer, and the manager of their section agrees in one click.
import { z } from 'zod'
import type { Block } from '../../../cards/card.ts'
import { writeAudit } from '../../../db/audit.ts'
import { toDbInstant } from '../../../db/time.ts'
import { inTransaction, type Tx } from '../../../db/transaction.ts'
import type { NoticeKind } from '../../../delivery/notice.ts'
import { inForce, loadAbsences, loadOrganisation } from '../../../directory/load.ts'
import { addressed, loadPeople } from '../../../directory/people.ts'
import { type Ask, action, type FormAnswer, form, openForm, replaceWith } from '../../../intake/handler.ts'
import { everyStaffMember } from '../../../intake/permissions.ts'
import type { Language } from '../../../kernel/language.ts'
import type { Core } from '../../feature.ts'
import { officer } from '../access.ts'
import { loadCourse } from '../load.ts'
import { officerCourse, openPlanned, showPlanned } from '../plan/page.ts'
import { type Course, courseSubject } from '../state.ts'
import { courseName, sessionTime } from '../words.ts'
import { en } from './texts.en.ts'
import { ja } from './texts.ja.ts'
import { textsIn } from './texts.ts'

const kinds = { lecture: 'trainings.lecture', agreed: 'trainings.lecture-agreed' } as const
const lectureSubject = (course: number) => `lecture:${courseSubject(course)}`
const agreedSubject = (course: number) => `agreed:${courseSubject(course)}`
const id = z.number().int().positive()
const ofCourse = z.object({ course: id, version: id })
const courseId = (subject: string) => Number(/(\d+)$/.exec(subject)?.[1] ?? 0)

/** Who leads a section today: by its route, else by that of the nearest section above; while away their deputy. */
export async function managerOf(
  tx: Tx,
  sectionId: number,
  today: Temporal.PlainDate,
): Promise<number | null> {
  const org = await loadOrganisation(tx, today, [])
  const chain = org.chain(sectionId).map((section) => section.id)
  const routes = await tx.route.findMany({
    where: { subjectSectionId: { in: chain }, role: { in: ['supervisor', 'first'] }, ...inForce(today) },
  })
  for (const section of chain)
    for (const role of ['supervisor', 'first']) {
      const found = routes.find((route) => route.subjectSectionId === section && route.role === role)
      if (!found) continue
      const absent = (await loadAbsences(tx, today, [found.evaluatorId])).get(found.evaluatorId)
      return absent ? absent.deputyId : found.evaluatorId
    }
  return null
}

/** Waits for the section's word. */
const isAsked = (course: Course): course is Course & { lecturerSectionId: number } =>
  course.kind === 'lecture' &&
  course.status === 'draft' &&
  course.lecturerSectionId !== null &&
  course.lecturerConfirmedAt === null

export function lecturing(core: Core) {
  const blocksOf = (course: Course, section: string, language: Language): Block[] => {
    const t = textsIn(language)
    const when = course.sessions.slice(0, 8).map((session) => sessionTime(session, core.zone, language))
    return [
      { type: 'text', text: t.lectureText(section) },
      {
        type: 'facts',
        facts: [
          { label: t.what, value: courseName(course, language) },
          ...(course.teachers ? [{ label: t.lectureWho, value: course.teachers }] : []),
          ...(when.length > 0 ? [{ label: t.lectureWhen, value: when.join('\n') }] : []),
        ],
      },
      {
        type: 'buttons',
        buttons: [
          {
            label: t.agree,
            style: 'primary',
            action: { id: 'trainings.lecture-agree', data: { course: course.id, version: course.version } },
          },
        ],
      },
      { type: 'context', text: t.agreeHelp },
    ]
  }
  const sectionName = async (tx: Tx, course: Course, today: Temporal.PlainDate) =>
    (await loadOrganisation(tx, today, [])).section(course.lecturerSectionId ?? 0)?.name ?? ''

  const askFor = async (
    tx: Tx,
    ask: Ask,
    wanted: { course: number; version: number },
    lecturerId: number,
  ): Promise<FormAnswer | { errors: Record<string, string> }> => {
    const t = textsIn(ask.language)
    const before = await officerCourse(tx, ask, wanted.course)
    if (before.kind !== 'lecture' || before.status !== 'draft' || before.version !== wanted.version)
      return showPlanned(core, tx, ask, before.id, { lines: [t.movedOn] })
    const lecturer = Number.isInteger(lecturerId)
      ? (await loadPeople(tx, [lecturerId], ask.today)).get(lecturerId)
      : undefined
    if (!lecturer || lecturer.sectionId === null) return { errors: { person: t.bad.choose } }
    const managerId = await managerOf(tx, lecturer.sectionId, ask.today)
    const course = await tx.course.update({
      where: { id: before.id },
      data: {
        lecturerSectionId: lecturer.sectionId,
        lecturerConfirmedAt: null,
        ...(before.teachers === '' && { teachers: lecturer.name }),
        version: { increment: 1 },
      },
    })
    await writeAudit(tx, {
      at: ask.now,
      actorId: ask.actor.id,
      via: 'chat',
      flow: ask.flow,
      action: 'trainings.lecture-asked',
      subject: courseSubject(course.id),
      subjectPersonId: lecturer.id,
      change: { section: lecturer.sectionId },
    })
    const wantedNotices =
      managerId === null
        ? []
        : [
            {
              kind: kinds.lecture,
              recipientId: managerId,
              rung: 'ask',
              anchor: `v${course.version}`,
              dueAt: ask.now,
            },
          ]
    await core.notices.reconcile(tx, [{ subject: lectureSubject(course.id), wanted: wantedNotices }], ask.now)
    const manager =
      managerId === null ? undefined : (await loadPeople(tx, [managerId], ask.today)).get(managerId)
    const line = manager ? t.lectureAsked(addressed(manager, ask.language)) : t.lectureNobody
    return showPlanned(core, tx, ask, course.id, { lines: [line] })
  }

  const agree = (ask: Ask, wanted: { course: number; version: number }) =>
    inTransaction(core.db, async (tx) => {
      const t = textsIn(ask.language)
      const plain = (text: string) => ({
        summary: t.lectureSummary,
        blocks: [{ type: 'text', text } as const],
      })
      await tx.$queryRaw`SELECT id FROM course WHERE id = ${wanted.course}::int FOR UPDATE`
      const course = await loadCourse(tx, wanted.course)
      if (!course || !isAsked(course)) return replaceWith(plain(t.lectureGone))
      if ((await managerOf(tx, course.lecturerSectionId, ask.today)) !== ask.actor.id)
        return replaceWith(plain(t.lectureGone))
      if (course.version !== wanted.version) {
        const section = await sectionName(tx, course, ask.today)
        const now: Block = { type: 'text', text: t.movedOn }
        return replaceWith({
          summary: t.lectureSummary,
          blocks: [now, ...blocksOf(course, section, ask.language)],
        })
      }
      const { version } = await tx.course.update({
        where: { id: course.id },
        data: { lecturerConfirmedAt: toDbInstant(ask.now), version: { increment: 1 } },
      })
      const subject = courseSubject(course.id)
      await writeAudit(tx, {
        at: ask.now,
        actorId: ask.actor.id,
        via: 'chat',
        flow: ask.flow,
        action: 'trainings.lecturer-confirmed',
        subject,
        change: { section: course.lecturerSectionId },
      })
      // Whoever asked last hears of it.
      const asked = await tx.audit.findFirst({
        where: { subject, action: 'trainings.lecture-asked' },
        orderBy: { id: 'desc' },
      })
      const told =
        asked?.actorId === undefined || asked.actorId === null || asked.actorId === ask.actor.id
          ? []
          : [
              {
                kind: kinds.agreed,
                recipientId: asked.actorId,
                rung: 'told',
                anchor: `v${version}`,
                dueAt: ask.now,
              },
            ]
      await core.notices.reconcile(
        tx,
        [
          { subject: lectureSubject(course.id), wanted: [] },
          { subject: agreedSubject(course.id), wanted: told },
        ],
        ask.now,
      )
      return replaceWith(plain(t.agreed(courseName(course, ask.language))))
    })

  const notices: NoticeKind[] = [
    {
      kind: kinds.lecture,
      title: { ja: ja.titles.lecture, en: en.titles.lecture },
      priority: 1,
      ifUnknown: 'repeat',
      hours: 'working',
      async draw(tx, due, to, now) {
        const today = now.toZonedDateTimeISO(core.zone).toPlainDate()
        const t = textsIn(to.language)
        const blocks: Block[] = []
        const obsolete: number[] = []
        for (const { id: notice, subject } of due) {
          const course = await loadCourse(tx, courseId(subject))
          const theirs =
            course && isAsked(course) && (await managerOf(tx, course.lecturerSectionId, today)) === to.id
          if (theirs) blocks.push(...blocksOf(course, await sectionName(tx, course, today), to.language))
          else obsolete.push(notice)
        }
        if (blocks.length === 0) return null
        return {
          summary: t.lectureSummary,
          blocks,
          ...(obsolete.length > 0 && { obsolete }),
        }
      },
    },
    {
      kind: kinds.agreed,
      title: { ja: ja.titles.agreed, en: en.titles.agreed },
      priority: 2,
      ifUnknown: 'repeat',
      hours: 'working',
      async draw(tx, due, to) {
        const t = textsIn(to.language)
        const rows = []
        for (const { subject } of due) {
          const course = await loadCourse(tx, courseId(subject))
          if (course?.lecturerConfirmedAt)
            rows.push({
              text: t.agreedText(courseName(course, to.language)),
              button: { label: t.openCourse, action: openPlanned(course.id) },
            })
        }
        return rows.length > 0 ? { summary: t.agreedSummary, blocks: [{ type: 'list', rows }] } : null
      },
    },
  ]

  return {
    notices,
    actions: {
      'trainings.lecture-ask': action({
        effect: 'reads',
        opensForm: true,
        permission: officer,
        data: ofCourse,
        handle: (ask, wanted) =>
          inTransaction(core.db, async (tx) => {
            const t = textsIn(ask.language)
            const course = await officerCourse(tx, ask, wanted.course)
            return openForm({
              id: 'trainings.lecture-send',
              title: t.lectureTitle,
              submit: t.lectureSend,
              cancel: t.cancel,
              data: { course: course.id, version: course.version },
              intro: t.lectureIntro(courseName(course, ask.language)),
              fields: [{ type: 'person', name: 'person', label: t.lecturer }],
            })
          }),
      }),
      'trainings.lecture-agree': action({
        effect: 'changes',
        permission: everyStaffMember,
        data: ofCourse,
        handle: agree,
      }),
    },
    forms: {
      'trainings.lecture-send': form({
        permission: officer,
        searches: true,
        data: ofCourse,
        handle: (ask, wanted, values) =>
          inTransaction(core.db, (tx) => askFor(tx, ask, wanted, Number(values.person))),
      }),
    },
  }
}
