// What everybody does: apply, withdraw, hand in the result; and what a supervisor does: approve or say why not.
import { z } from 'zod'
import type { Block, Button, FieldErrors, Form, Row } from '../../../cards/card.ts'
import { writeAudit } from '../../../db/audit.ts'
import { toDbDate, toDbInstant } from '../../../db/time.ts'
import { inTransaction, type Tx } from '../../../db/transaction.ts'
import { addressed, loadPeople } from '../../../directory/people.ts'
import {
  type Answer,
  type Ask,
  action,
  type FormAnswer,
  form,
  openForm,
  replaceWith,
  say,
} from '../../../intake/handler.ts'
import { everyStaffMember, hr } from '../../../intake/permissions.ts'
import { fiscalYearOf } from '../../../kernel/fiscal-year.ts'
import { formatFiscalYear } from '../../../kernel/format.ts'
import { cutText, normalise } from '../../../kernel/words.ts'
import type { Core } from '../../feature.ts'
import { askedCard, chosenIn, declineForm, mostAsked, reasonIn } from '../asked.ts'
import { webAddress } from '../plan/draft.ts'
import { by } from '../sign-up/apply.ts'
import { approverOf, loadSituation } from '../sign-up/approver.ts'
import { replanSelf } from './plan.ts'
import type { Application, SelfCommand } from './rules.ts'
import {
  change,
  leftOf,
  loadApplications,
  loadBudget,
  lockedApplication,
  selfSubject,
  waitingFor,
} from './store.ts'
import { textsIn } from './texts.ts'
import { approvalBlocks, dataOf, openDesk, openSelf, openSelfApprovals, stated } from './views.ts'

const id = z.number().int().positive()
const ofOne = z.object({ application: id, version: id })
const words = (value: unknown, most: number) =>
  typeof value === 'string' ? cutText(normalise(value), most) : ''
const dayIn = (value: unknown) => {
  const parsed = z.iso.date().safeParse(value)
  return parsed.success ? Temporal.PlainDate.from(parsed.data) : undefined
}

interface Draft {
  readonly kind: 'subsidy' | 'leave'
  readonly title: string
  readonly fromOn: Temporal.PlainDate
  readonly toOn: Temporal.PlainDate
  readonly askedYen: number
}

/** An application as the form says it, or what to mend. */
function draftIn(values: Readonly<Record<string, unknown>>, ask: Ask): Draft | FieldErrors {
  const t = textsIn(ask.language).bad
  const errors: Record<string, string> = {}
  const kind = values.kind === 'subsidy' || values.kind === 'leave' ? values.kind : undefined
  if (!kind) errors.kind = t.choose
  const title = words(values.title, 100)
  if (title === '') errors.title = t.required
  const [fromOn, toOn] = [dayIn(values.from), dayIn(values.to)]
  if (!fromOn) errors.from = t.required
  if (!toOn) errors.to = t.required
  else if (fromOn && Temporal.PlainDate.compare(fromOn, toOn) > 0) errors.to = t.order
  else if (Temporal.PlainDate.compare(toOn, ask.today) < 0) errors.to = t.past
  const yen = kind === 'subsidy' ? Number(values.yen ?? 0) : 0
  if (kind === 'subsidy' && (!Number.isInteger(yen) || yen < 1 || yen > 10_000_000)) errors.yen = t.amount
  if (Object.keys(errors).length > 0 || !kind || !fromOn || !toOn) return errors
  return { kind, title, fromOn, toOn, askedYen: yen }
}
const isDraft = (found: Draft | FieldErrors): found is Draft => 'askedYen' in found

export function applications(core: Core) {
  const show = async (
    tx: Tx,
    ask: Ask,
    lines: readonly string[] = [],
    place: 'new' | 'replace' = 'replace',
  ): Promise<Answer> => {
    const { language } = ask
    const t = textsIn(language)
    const fiscalYear = fiscalYearOf(ask.today)
    const budget = await loadBudget(tx, fiscalYear)
    const mine = (await loadApplications(tx, { personId: ask.actor.id })).toReversed().slice(0, mostAsked)
    const approvers = await loadPeople(
      tx,
      mine.flatMap(({ approverId }) => approverId ?? []),
      ask.today,
    )
    const waiting = (await waitingFor(tx, ask.actor.id, ask.today)).applications.length
    const rows = mine.map((application): Row => {
      const button = buttonFor(application, language)
      return {
        text: application.title,
        detail: `${t.kinds[application.kind]} / ${stated(application, language, approvers.get(application.approverId ?? 0))}`,
        ...(button && { button }),
      }
    })
    const blocks: Block[] = [
      { type: 'heading', text: t.title },
      ...lines.map((text) => ({ type: 'text', text }) as const),
      {
        type: 'facts',
        facts: [
          {
            label: t.budgetLeft(formatFiscalYear(fiscalYear, language)),
            value: budget ? t.yen(leftOf(budget)) : t.budgetNone,
          },
        ],
      },
      rows.length > 0 ? { type: 'list', rows } : { type: 'text', text: t.none },
      {
        type: 'buttons',
        buttons: [
          { label: t.apply, style: 'primary', action: { id: 'trainings.self-apply', data: {} } },
          ...(waiting > 0 ? [{ label: t.openApprovals(waiting), action: openSelfApprovals }] : []),
          ...((await hr.allows(ask.actor, ask.now)) ? [{ label: t.desk, action: openDesk }] : []),
        ],
      },
    ]
    return (place === 'new' ? say : replaceWith)({ summary: lines[0] ?? t.summary, blocks }, openSelf)
  }

  const showApprovals = async (
    tx: Tx,
    ask: Ask,
    lines: readonly string[] = [],
    place: 'new' | 'replace' = 'replace',
  ): Promise<Answer> => {
    const t = textsIn(ask.language)
    const found = await waitingFor(tx, ask.actor.id, ask.today)
    const count = found.applications.length
    const intro = count > 0 ? t.approvals(count) : t.approvalsNone
    const title = t.approvalsTitle
    const card = askedCard({ title, summary: title, intro }, lines, approvalBlocks(found, ask.language))
    return (place === 'new' ? say : replaceWith)(card, openSelfApprovals)
  }

  /** One's own, locked, and as it was when the button was drawn. */
  const own = async (tx: Tx, ask: Ask, wanted: { application: number; version: number }) => {
    const found = await lockedApplication(tx, wanted.application)
    return found?.personId === ask.actor.id && found.version === wanted.version ? found : undefined
  }
  /** One that this person is asked to approve. */
  const asked = async (tx: Tx, ask: Ask, wanted: { application: number; version: number }) => {
    const found = await lockedApplication(tx, wanted.application)
    const theirs = found?.status === 'awaiting_approval' && found.approverId === ask.actor.id
    return theirs && found.version === wanted.version ? found : undefined
  }
  const whoOf = async (tx: Tx, ask: Ask, { personId }: Application) => {
    const person = (await loadPeople(tx, [personId], ask.today)).get(personId)
    return person ? addressed(person, ask.language) : ''
  }

  const apply = async (tx: Tx, ask: Ask, draft: Draft): Promise<Answer | { errors: FieldErrors }> => {
    const t = textsIn(ask.language)
    const fiscalYear = fiscalYearOf(draft.fromOn)
    const budget = await loadBudget(tx, fiscalYear)
    if (draft.kind === 'subsidy') {
      if (!budget) return { errors: { yen: t.bad.noBudget(formatFiscalYear(fiscalYear, ask.language)) } }
      if (draft.askedYen > leftOf(budget)) return { errors: { yen: t.bad.left(t.yen(leftOf(budget))) } }
    } else if (!budget)
      // Leave costs nothing; the year only has to be there.
      await tx.selfDevelopmentBudget.createMany({ data: [{ fiscalYear, yen: 0 }], skipDuplicates: true })
    const approverId = approverOf(ask.actor.id, await loadSituation(tx, [ask.actor.id], ask.today))
    const made = await tx.selfDevelopment.create({
      data: {
        ...draft,
        fromOn: toDbDate(draft.fromOn),
        toOn: toDbDate(draft.toOn),
        fiscalYear,
        personId: ask.actor.id,
        status: approverId === null ? 'awaiting_hr' : 'awaiting_approval',
        approverId,
        appliedAt: toDbInstant(ask.now),
      },
      select: { id: true },
    })
    await writeAudit(tx, {
      at: ask.now,
      actorId: ask.actor.id,
      via: 'chat',
      flow: ask.flow,
      action: 'trainings.self-applied',
      subject: selfSubject(made.id),
      subjectPersonId: ask.actor.id,
      change: { kind: draft.kind, yen: draft.askedYen },
    })
    await replanSelf(core, tx, await loadApplications(tx, { id: made.id }), ask.now)
    const approver =
      approverId === null ? undefined : (await loadPeople(tx, [approverId], ask.today)).get(approverId)
    return show(tx, ask, [approver ? t.applied(addressed(approver, ask.language)) : t.appliedHr])
  }

  /** Does it, plans what follows, and says the line; what no longer fits shows how it stands. */
  const doTo = async (
    tx: Tx,
    ask: Ask,
    found: Application | undefined,
    command: SelfCommand,
  ): Promise<boolean> => {
    const done = found && (await change(tx, found, command, by(ask)))
    if (done?.type !== 'changed') return false
    await replanSelf(core, tx, [done.application], ask.now, done.application.personId !== ask.actor.id)
    return true
  }

  return {
    show,
    actions: {
      'trainings.self': action({
        effect: 'reads',
        permission: everyStaffMember,
        data: z.object({}),
        handle: (ask) => inTransaction(core.db, (tx) => show(tx, ask, [], 'new')),
      }),
      'trainings.self-apply': action({
        effect: 'reads',
        opensForm: true,
        permission: everyStaffMember,
        data: z.object({}),
        handle: async (ask) => openForm(applyForm(ask)),
      }),
      'trainings.self-withdraw': action({
        effect: 'changes',
        permission: everyStaffMember,
        data: ofOne,
        handle: (ask, wanted) =>
          inTransaction(core.db, async (tx) => {
            const t = textsIn(ask.language)
            const done = await doTo(tx, ask, await own(tx, ask, wanted), { type: 'withdraw' })
            return show(tx, ask, [done ? t.withdrawn : t.movedOn])
          }),
      }),
      'trainings.self-report': action({
        effect: 'reads',
        opensForm: true,
        permission: everyStaffMember,
        data: ofOne,
        handle: (ask, wanted) =>
          inTransaction(core.db, async (tx): Promise<FormAnswer> => {
            const found = await own(tx, ask, wanted)
            if (found?.status !== 'granted') return show(tx, ask, [textsIn(ask.language).movedOn])
            return openForm(resultForm(found, ask))
          }),
      }),
      'trainings.self-approvals': action({
        effect: 'reads',
        permission: everyStaffMember,
        data: z.object({}),
        handle: (ask) => inTransaction(core.db, (tx) => showApprovals(tx, ask, [], 'new')),
      }),
      'trainings.self-approve': action({
        effect: 'changes',
        permission: everyStaffMember,
        data: ofOne,
        handle: (ask, wanted) =>
          inTransaction(core.db, async (tx) => {
            const t = textsIn(ask.language)
            const found = await asked(tx, ask, wanted)
            if (!found || !(await doTo(tx, ask, found, { type: 'approve' })))
              return showApprovals(tx, ask, [t.gone])
            return showApprovals(tx, ask, [t.approved(await whoOf(tx, ask, found))])
          }),
      }),
      'trainings.self-decline': action({
        effect: 'reads',
        opensForm: true,
        permission: everyStaffMember,
        data: z.object({}),
        handle: (ask, _, selected) =>
          inTransaction(core.db, async (tx): Promise<FormAnswer> => {
            const t = textsIn(ask.language)
            const chosen = chosenIn(selected)
            const found =
              chosen && (await asked(tx, ask, { application: chosen.id, version: chosen.version }))
            if (!found) return showApprovals(tx, ask, [t.gone])
            return openForm(
              declineForm(
                { id: 'trainings.self-decline-save', data: dataOf(found) },
                {
                  title: t.declineTitle,
                  submit: t.decline,
                  cancel: t.cancel,
                  intro: t.declineIntro(await whoOf(tx, ask, found), found.title),
                  reason: t.reason,
                },
              ),
            )
          }),
      }),
    },
    forms: {
      'trainings.self-save': form({
        permission: everyStaffMember,
        data: z.object({}),
        handle: async (ask, _, values) => {
          const draft = draftIn(values, ask)
          if (!isDraft(draft)) return { errors: draft }
          return inTransaction(core.db, (tx) => apply(tx, ask, draft))
        },
      }),
      'trainings.self-report-save': form({
        permission: everyStaffMember,
        data: ofOne,
        handle: async (ask, wanted, values) => {
          const t = textsIn(ask.language)
          const result = words(values.result, 200)
          const url = webAddress(typeof values.url === 'string' ? values.url.trim() : '')
          const errors: Record<string, string> = {
            ...(result === '' && { result: t.bad.required }),
            ...(url === undefined && { url: t.bad.url }),
          }
          if (result === '' || url === undefined) return { errors }
          return inTransaction(core.db, async (tx) => {
            const done = await doTo(tx, ask, await own(tx, ask, wanted), { type: 'report', result, url })
            return show(tx, ask, [done ? t.reported : t.movedOn])
          })
        },
      }),
      'trainings.self-decline-save': form({
        permission: everyStaffMember,
        data: ofOne,
        handle: async (ask, wanted, values) => {
          const t = textsIn(ask.language)
          const reason = reasonIn(values)
          if (reason === '') return { errors: { reason: t.bad.reason } }
          return inTransaction(core.db, async (tx) => {
            const found = await asked(tx, ask, wanted)
            if (!found || !(await doTo(tx, ask, found, { type: 'decline', reason })))
              return showApprovals(tx, ask, [t.gone])
            return showApprovals(tx, ask, [t.declined(await whoOf(tx, ask, found))])
          })
        },
      }),
    },
  }
}

function buttonFor(application: Application, language: Ask['language']): Button | undefined {
  const t = textsIn(language)
  if (application.status === 'granted')
    return { label: t.report, action: { id: 'trainings.self-report', data: dataOf(application) } }
  if (application.status !== 'awaiting_approval' && application.status !== 'awaiting_hr') return undefined
  return {
    label: t.withdraw,
    action: { id: 'trainings.self-withdraw', data: dataOf(application) },
    confirm: { title: t.withdrawTitle, text: t.withdrawText(application.title), yes: t.yes, no: t.no },
  }
}

function applyForm({ language }: Ask): Form {
  const t = textsIn(language)
  return {
    id: 'trainings.self-save',
    title: t.applyTitle,
    submit: t.send,
    cancel: t.cancel,
    intro: t.applyIntro,
    fields: [
      {
        type: 'select',
        name: 'kind',
        label: t.kind,
        options: (['subsidy', 'leave'] as const).map((value) => ({ value, label: t.kinds[value] })),
      },
      { type: 'text', name: 'title', label: t.what, hint: t.whatHint, maxLength: 100 },
      { type: 'date', name: 'from', label: t.from },
      { type: 'date', name: 'to', label: t.to },
      {
        type: 'number',
        name: 'yen',
        label: t.asked,
        hint: t.askedHint,
        optional: true,
        min: 1,
        max: 10_000_000,
      },
    ],
  }
}

function resultForm(application: Application, { language }: Ask): Form {
  const t = textsIn(language)
  return {
    id: 'trainings.self-report-save',
    title: t.reportTitle,
    submit: t.reportSend,
    cancel: t.cancel,
    data: dataOf(application),
    intro: t.reportIntro(application.title),
    fields: [
      { type: 'text', name: 'result', label: t.result, hint: t.resultHint, maxLength: 200 },
      {
        type: 'text',
        name: 'url',
        label: t.resultUrl,
        optional: true,
        maxLength: 500,
        placeholder: 'https://',
      },
    ],
  }
}
