// "Ask for a later deadline" (期限の相談), and HR's one click that grants it.
import { z } from 'zod'
import type { Card } from '../../../cards/card.ts'
import { writeAudits } from '../../../db/audit.ts'
import { inTransaction, type Tx } from '../../../db/transaction.ts'
import { loadOrganisation } from '../../../directory/load.ts'
import { loadPeople } from '../../../directory/people.ts'
import { reaches } from '../../../directory/rights.ts'
import { readSetting } from '../../../directory/settings.ts'
import {
  type ActionHandler,
  type Answer,
  type Ask,
  action,
  type CommandHandler,
  type FormHandler,
  form,
  type HomeItem,
  openForm,
  replaceWith,
  say,
} from '../../../intake/handler.ts'
import { everyStaffMember, hr } from '../../../intake/permissions.ts'
import { addWorkingDays, type ClosedReason } from '../../../kernel/calendar.ts'
import { Refusal } from '../../../kernel/errors.ts'
import { formatDate } from '../../../kernel/format.ts'
import type { Language } from '../../../kernel/language.ts'
import type { Core } from '../../feature.ts'
import { nameOf } from '../booking/texts.ts'
import { loadInterviews } from '../load.ts'
import { interviewSubject } from '../state.ts'
import { askedKind, requestSubject, settledKind, telling } from './deadline-notices.ts'
import {
  type AskedGroup,
  groupAsked,
  lastDayOf,
  loadAsked,
  moveDeadlines,
  saveAsked,
  settleAsked,
} from './deadline-repository.ts'
import { type DateProblem, wishedDate } from './deadline-rules.ts'
import { deadlinesCard } from './deadline-views.ts'
import { dueTimes } from './due.ts'
import { loadFacts } from './facts.ts'
import { type Aim, aim, heldUpByPerson } from './mine.ts'
import { replan } from './replan.ts'
import type { Scene, Subject } from './scene.ts'
import { ladderSetting } from './settings.ts'
import { en } from './texts.en.ts'
import { ja } from './texts.ja.ts'
import { textsIn } from './texts.ts'
import { lineCard } from './views.ts'

/** Days in which an interview outside any cycle may still be held. */
const daysWithoutCycle = 180

async function bounds(tx: Tx, subjects: readonly Subject[], today: Temporal.PlainDate) {
  const steps = subjects.flatMap(({ matter }) => matter.stepId ?? [])
  const deadline =
    subjects
      .map(({ matter }) => matter.deadline)
      .toSorted(Temporal.PlainDate.compare)
      .at(-1) ?? today
  return { today, deadline, last: await lastDayOf(tx, steps, today.add({ days: daysWithoutCycle })) }
}

/** Only what still waits for a date can have a later one. */
const waitingOnly = ({ scene, subjects }: { scene: Scene; subjects: readonly Subject[] }) => ({
  scene,
  subjects: subjects.filter(({ matter }) => matter.status === 'waiting'),
})

/** Opens the form. */
export const askDeadlineAction = (core: Core): ActionHandler =>
  action<Aim>({
    effect: 'reads',
    opensForm: true,
    permission: everyStaffMember,
    data: aim,
    handle: (ask, target) =>
      inTransaction(core.db, async (tx) => {
        const { actor, language, now, today } = ask
        const t = textsIn(language)
        const { scene, subjects } = waitingOnly(await heldUpByPerson(core, tx, target, actor.id, now))
        const [first] = subjects
        if (!first) return say(lineCard(t.askTitleForm, t.nothingHeld))
        const limits = await bounds(tx, subjects, today)
        const from = Temporal.PlainDate.compare(limits.deadline, today) > 0 ? limits.deadline : today
        const proposal = addWorkingDays(scene.people.calendarOf(actor.id), from, 5)
        const value = Temporal.PlainDate.compare(proposal, limits.last) > 0 ? limits.last : proposal
        return openForm({
          id: 'interviews.deadline-form',
          title: t.askTitleForm,
          submit: t.askSubmit,
          cancel: t.cancel,
          data: target.interview !== undefined ? { interview: target.interview } : { step: target.step ?? 0 },
          intro: t.askIntro(
            nameOf(first.interview, language),
            formatDate(limits.deadline, language),
            subjects.length,
          ),
          fields: [{ type: 'date', name: 'date', label: t.askDate, value: value.toString() }],
        })
      }),
  })

function problemText(
  problem: DateProblem,
  limits: Awaited<ReturnType<typeof bounds>>,
  language: Language,
): string {
  const t = textsIn(language)
  switch (problem.type) {
    case 'missing':
      return t.dateNeeded
    case 'too-early':
      return t.dateTooEarly(formatDate(limits.deadline, language))
    case 'too-late':
      return t.dateTooLate(formatDate(limits.last, language))
    case 'closed':
      return t.closedDay(formatDate(problem.date, language), whyClosed(problem.reason, language))
    default:
      return problem satisfies never
  }
}

function whyClosed(reason: ClosedReason, language: Language): string {
  const t = textsIn(language)
  switch (reason.kind) {
    case 'exception':
      return reason.note || t.closed
    case 'holiday':
      return reason.name[language]
    case 'year-end':
      return t.yearEnd
    case 'weekend':
      return t.closed
    default:
      return reason satisfies never
  }
}

/** Records the wish for everything of that step that is with the asker, and tells HR of that part of the city. */
export const deadlineForm = (core: Core): FormHandler =>
  form<Aim>({
    permission: everyStaffMember,
    data: aim,
    handle: (ask, target, values) =>
      inTransaction(core.db, async (tx) => {
        const { actor, language, now, today, flow } = ask
        const t = textsIn(language)
        const { scene, subjects } = waitingOnly(await heldUpByPerson(core, tx, target, actor.id, now))
        if (subjects.length === 0) return say(lineCard(t.askTitleForm, t.nothingHeld))
        const limits = await bounds(tx, subjects, today)
        const given = typeof values.date === 'string' ? values.date : undefined
        const wished = wishedDate(given, limits, scene.people.calendarOf(actor.id))
        if ('problem' in wished) return { errors: { date: problemText(wished.problem, limits, language) } }
        const ids = subjects.map(({ matter }) => matter.id)
        const { made, withdrawn } = await saveAsked(tx, ids, actor.id, wished.date, now)
        await writeAudits(
          tx,
          subjects.map(({ matter }) => ({
            at: now,
            actorId: actor.id,
            via: 'chat' as const,
            action: 'interview.deadline-asked',
            subject: interviewSubject(matter.id),
            subjectPersonId: matter.personId,
            change: { from: matter.deadline.toString(), to: wished.date.toString() },
            flow,
          })),
        )
        const { at } = await readSetting(tx, ladderSetting)
        const due = dueTimes(core.zone, at)
        await core.notices.reconcile(
          tx,
          [
            ...withdrawn.map((id) => ({ subject: requestSubject(id), wanted: [] })),
            ...subjects.map(({ matter }, i) => ({
              subject: requestSubject(made[i] ?? 0),
              wanted: scene.people
                .hrOf(matter.personId)
                .map((officer) =>
                  telling(
                    askedKind,
                    made[i] ?? 0,
                    officer,
                    due.next(scene.people.calendarOf(officer), now).at,
                  ),
                ),
            })),
          ],
          now,
        )
        await replan(core, tx, ids, now)
        return say(lineCard(t.askTitleForm, t.askDone(formatDate(wished.date, language))))
      }),
  })

/** The unanswered wishes that an HR officer may answer. */
async function answerable(tx: Tx, ask: Ask, lock = false): Promise<AskedGroup[]> {
  const asked = await loadAsked(tx, undefined, lock)
  const people = asked.map(({ personId }) => personId)
  const org = await loadOrganisation(tx, ask.today, people)
  return groupAsked(asked.filter(({ personId }) => reaches(ask.actor, 'hr', personId, org)))
}

async function listCard(tx: Tx, ask: Ask, page: number, line?: string): Promise<Card> {
  const groups = await answerable(tx, ask)
  const interviews = await loadInterviews(
    tx,
    { id: { in: groups.map(({ first }) => first.interviewId) } },
    ask.today,
  )
  const people = await loadPeople(
    tx,
    groups.map(({ first }) => first.requestedById),
    ask.today,
  )
  return deadlinesCard(
    groups.map((group) => ({
      group,
      interview: interviews.find(({ id }) => id === group.first.interviewId),
      asker: people.get(group.first.requestedById),
    })),
    page,
    ask.language,
    line,
  )
}

const again = { id: 'interviews.deadlines', data: {} }

/** HR sees on Home that somebody waits for an answer. */
export async function deadlinesHome(core: Core, ask: Ask): Promise<readonly HomeItem[]> {
  if (!(await hr.allows(ask.actor, ask.now))) return []
  const count = (await inTransaction(core.db, (tx) => answerable(tx, ask))).length
  const t = textsIn(ask.language)
  if (count === 0) return []
  return [{ at: null, text: t.askedSummary(count), button: { label: t.askedOpen, action: again } }]
}

export const deadlinesCommand = (core: Core): CommandHandler => ({
  id: 'interviews.deadlines',
  phrases: { ja: ['期限の相談', '面談 期限の相談'], en: ['interview deadlines', 'deadline requests'] },
  help: { ja: ja.deadlinesHelp, en: en.deadlinesHelp },
  permission: hr,
  handle: (ask) => inTransaction(core.db, async (tx) => say(await listCard(tx, ask, 1))),
})

export const deadlinesAction = (core: Core): ActionHandler =>
  action<{ page?: number }>({
    effect: 'reads',
    permission: hr,
    data: z.object({ page: z.int().optional() }),
    handle: (ask, { page }) =>
      inTransaction(core.db, async (tx) => {
        const card = await listCard(tx, ask, page ?? 1)
        // From a notice the list comes as a new message; turning its pages replaces it.
        return page === undefined ? say(card, again) : replaceWith(card, again)
      }),
  })

/** Grants or declines in one click, for all that was asked together. */
export const settleAction = (core: Core, verdict: 'granted' | 'declined'): ActionHandler =>
  action<{ request: number }>({
    effect: 'changes',
    permission: hr,
    data: z.object({ request: z.int() }),
    handle: (ask, { request }) => inTransaction(core.db, (tx) => settle(core, tx, ask, request, verdict)),
  })

async function settle(
  core: Core,
  tx: Tx,
  ask: Ask,
  request: number,
  verdict: 'granted' | 'declined',
): Promise<Answer> {
  const { actor, now, today, language, flow } = ask
  const t = textsIn(language)
  const group = (await answerable(tx, ask, true)).find(({ all }) => all.some(({ id }) => id === request))
  if (!group) {
    const row = await tx.deadlineRequest.findUnique({
      where: { id: request },
      select: { interview: { select: { personId: true } } },
    })
    const org = row && (await loadOrganisation(tx, today, [row.interview.personId]))
    if (!row || !org || !reaches(actor, 'hr', row.interview.personId, org))
      throw new Refusal('not-allowed', { ja: ja.notYourPart, en: en.notYourPart })
    return replaceWith(await listCard(tx, ask, 1, t.requestGone), again)
  }
  const past = Temporal.PlainDate.compare(group.first.deadline, today) <= 0
  const outcome = verdict === 'granted' && !past ? 'granted' : 'declined'
  const ids = group.all.map(({ interviewId }) => interviewId)
  const requests = group.all.map(({ id }) => id)
  await settleAsked(tx, requests, outcome, actor.id, now)
  if (outcome === 'granted') await moveDeadlines(tx, ids, group.first.deadline)
  await writeAudits(
    tx,
    group.all.map((one) => ({
      at: now,
      actorId: actor.id,
      via: 'chat' as const,
      action: `interview.deadline-${outcome}`,
      subject: interviewSubject(one.interviewId),
      subjectPersonId: one.personId,
      change: { to: one.deadline.toString() },
      flow,
    })),
  )
  const { people } = await loadFacts(tx, ids, now, core.zone)
  const due = dueTimes(core.zone, (await readSetting(tx, ladderSetting)).at)
  const asker = group.first.requestedById
  await core.notices.reconcile(
    tx,
    requests.map((id, i) => ({
      subject: requestSubject(id),
      wanted: i === 0 ? [telling(settledKind, id, asker, due.next(people.calendarOf(asker), now).at)] : [],
    })),
    now,
  )
  await replan(core, tx, ids, now)
  const line =
    outcome === 'granted'
      ? t.granted(ids.length, formatDate(group.first.deadline, language))
      : verdict === 'granted'
        ? t.requestPast
        : t.declined
  return replaceWith(await listCard(tx, ask, 1, line), again)
}
