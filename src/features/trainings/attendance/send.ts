// A code sent to the bot: attendance of whoever is on the list, clear words for everybody else.
import type { Card } from '../../../cards/card.ts'
import { fromDbInstant, toDbInstant } from '../../../db/time.ts'
import { inTransaction, type Tx } from '../../../db/transaction.ts'
import { type Answer, type Ask, type CommandHandler, type Question, say } from '../../../intake/handler.ts'
import { everyStaffMember } from '../../../intake/permissions.ts'
import { formatDateTime, formatTime } from '../../../kernel/format.ts'
import type { Core } from '../../feature.ts'
import { loadCourse, loadSignUps } from '../load.ts'
import { by } from '../sign-up/apply.ts'
import { openCourse } from '../sign-up/card.ts'
import { lockSessions } from '../sign-up/seats.ts'
import { lockSignUps } from '../sign-up/store.ts'
import { courseName } from '../words.ts'
import { blockedUntil, codeIn, judge, type Match, markOf, tries } from './code.ts'
import { dayOf, recordMoves } from './record.ts'
import { surveyButton } from './survey.ts'
import { en } from './texts.en.ts'
import { ja } from './texts.ja.ts'
import { textsIn } from './texts.ts'

/** Codes of sessions that are over are known so long, so that whoever is late hears that they are late. */
const rememberedHours = 24

/** The sessions that this code was given out for; codes that were replaced are nobody's. */
async function matching(core: Core, tx: Tx, code: string, now: Temporal.Instant): Promise<Match[]> {
  const rows = await tx.attendanceCode.findMany({
    where: {
      revokedAt: null,
      validUntil: { gt: toDbInstant(now.subtract({ hours: rememberedHours })) },
      session: { status: { not: 'cancelled' } },
    },
    include: { session: { select: { courseId: true } } },
  })
  return rows
    .filter(({ salt, hash }) => markOf(core.mark, salt, code) === hash)
    .map((row) => ({
      courseId: row.session.courseId,
      sessionId: row.sessionId,
      validFrom: fromDbInstant(row.validFrom),
      validUntil: fromDbInstant(row.validUntil),
    }))
}

/** The wrong codes of this person, their row locked: whoever sends many at once is counted all the same. */
async function triesOf(tx: Tx, personId: number) {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('hagukumi.code-tries'), ${personId}::int)`
  const row = await tx.codeTries.findUnique({ where: { personId } })
  return row && { since: fromDbInstant(row.since), wrong: row.wrong }
}

/** Counts one more; a new count begins once the last one has run out. Returns how many may follow. */
async function countWrong(
  tx: Tx,
  personId: number,
  found: { readonly since: Temporal.Instant; readonly wrong: number } | null,
  now: Temporal.Instant,
): Promise<number> {
  const running =
    found && Temporal.Instant.compare(found.since.add({ minutes: tries.minutes }), now) > 0 ? found : null
  const [since, wrong] = running ? [running.since, running.wrong + 1] : [now, 1]
  await tx.codeTries.upsert({
    where: { personId },
    create: { personId, since: toDbInstant(since), wrong },
    update: { since: toDbInstant(since), wrong },
  })
  return tries.most - wrong
}

export function sending(core: Core): { commands: CommandHandler[]; questions: Question[] } {
  const { zone } = core
  const answer = (ask: Ask, text: string, more: Card['blocks'] = []): Answer =>
    say({ summary: textsIn(ask.language).codeSummary, blocks: [{ type: 'text', text }, ...more] })

  const take = (ask: Ask, code: string): Promise<Answer> =>
    inTransaction(core.db, async (tx) => {
      const { language, now, actor } = ask
      const t = textsIn(language)
      const found = await triesOf(tx, actor.id)
      const blocked = blockedUntil(found, now)
      if (blocked) return answer(ask, t.codeBlocked(formatTime(blocked, zone)))
      const matches = await matching(core, tx, code, now)
      const sessionIds = [...new Set(matches.map(({ sessionId }) => sessionId))]
      await lockSessions(tx, sessionIds)
      const courses = [...new Set(matches.map(({ courseId }) => courseId))]
      const mine = { personId: actor.id, courseId: { in: courses } }
      await lockSignUps(
        tx,
        (await tx.signUp.findMany({ where: mine, select: { id: true } })).map(({ id }) => id),
      )
      const verdict = judge(matches, await loadSignUps(tx, mine), now)
      if (verdict.type === 'wrong')
        return answer(ask, t.codeWrong(Math.max(0, await countWrong(tx, actor.id, found, now))))
      const course = await loadCourse(tx, verdict.match.courseId)
      const session = course?.sessions.find(({ id }) => id === verdict.match.sessionId)
      if (!course || !session) throw new Error(`session ${verdict.match.sessionId} of a code is not there`)
      const name = courseName(course, language)
      const { validFrom, validUntil } = verdict.match
      switch (verdict.type) {
        case 'early':
          return answer(ask, t.codeEarly(name, formatDateTime(validFrom, zone, language)))
        case 'late':
          return answer(ask, t.codeLate(name, formatDateTime(validUntil, zone, language)))
        case 'not-listed':
          return answer(ask, t.codeNotListed(name))
        case 'already':
          return answer(ask, t.codeAlready(name), surveyButton(course, verdict.signUp, language))
        case 'recorded':
          return answer(ask, t.codeRecorded(name))
        case 'attend': {
          const command = { type: 'attend', on: dayOf(session, zone), sessionId: session.id } as const
          await recordMoves(core, tx, [{ signUp: verdict.signUp, command }], by(ask))
          const done = answer(ask, t.codeAttended(name))
          return { ...done, again: openCourse(course.id) }
        }
        default:
          return verdict satisfies never
      }
    })

  const commands: CommandHandler[] = [
    {
      id: 'trainings.code',
      phrases: {
        ja: ['研修 コード', '受付コード', '出席コード', '研修 受付'],
        en: ['training code', 'attendance code'],
      },
      help: { ja: ja.codeHelp, en: en.codeHelp },
      permission: everyStaffMember,
      // Whoever is confirmed for a session of today.
      ofUse: async (actor, now) => {
        const day = now.toZonedDateTimeISO(zone).startOfDay()
        const during = {
          gte: toDbInstant(day.toInstant()),
          lt: toDbInstant(day.add({ days: 1 }).toInstant()),
        }
        const where = { personId: actor.id, status: 'confirmed', session: { startsAt: during } }
        return (await core.db.prisma.signUp.count({ where })) > 0
      },
      effect: 'changes',
      handle: async (ask, rest, question = '') => {
        const code = codeIn(rest) ?? codeIn(question)
        return code === undefined ? answer(ask, textsIn(ask.language).codeHow) : take(ask, code)
      },
    },
  ]
  const questions: Question[] = [
    // Six digits alone, or with a word that says what they are.
    { command: 'trainings.code', all: [/^\d{3}[ -]?\d{3}$/], weight: 5 },
    {
      command: 'trainings.code',
      all: [/(?<!\d)\d{3}[ -]?\d{3}(?!\d)/, /コード|研修|出席|受付|code|attend/],
      weight: 4,
    },
    { command: 'trainings.code', all: [/(受付|出席|研修の?)コード|attendance code/], weight: 3 },
  ]
  return { commands, questions }
}
