// HR's desk: what is granted and how much, within the year's budget.
import { z } from 'zod'
import type { Block, FieldErrors, FormValues, Row } from '../../../cards/card.ts'
import { writeAudit } from '../../../db/audit.ts'
import { inTransaction, type Tx } from '../../../db/transaction.ts'
import type { Actor } from '../../../directory/actor.ts'
import { loadOrganisation } from '../../../directory/load.ts'
import { addressed, loadPeople } from '../../../directory/people.ts'
import { reaches } from '../../../directory/rights.ts'
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
import { hr, hrOfWholeCity } from '../../../intake/permissions.ts'
import { fiscalYearOf } from '../../../kernel/fiscal-year.ts'
import { formatFiscalYear } from '../../../kernel/format.ts'
import type { Core } from '../../feature.ts'
import { mostAsked, reasonIn } from '../asked.ts'
import { by } from '../sign-up/apply.ts'
import { replanSelf } from './plan.ts'
import type { Application } from './rules.ts'
import { change, leftOf, loadApplications, loadBudget, lockedApplication } from './store.ts'
import { textsIn } from './texts.ts'
import { dataOf, described, openDesk } from './views.ts'

const id = z.number().int().positive()
const ofOne = z.object({ application: id, version: id })
const wholeYen = (value: unknown): number | undefined => {
  const yen = typeof value === 'string' && value !== '' ? Number(value) : Number.NaN
  return Number.isInteger(yen) && yen >= 0 && yen <= 1_000_000_000 ? yen : undefined
}

/** Applications that wait for HR, of people whom this officer reaches. */
export async function deskOf(
  tx: Tx,
  ask: { readonly actor: Pick<Actor, 'grants'>; readonly today: Temporal.PlainDate },
): Promise<Application[]> {
  const waiting = await loadApplications(tx, { status: 'awaiting_hr' })
  if (waiting.length === 0) return []
  const people = [...new Set(waiting.map(({ personId }) => personId))]
  const org = await loadOrganisation(tx, ask.today, people)
  return waiting.filter(({ personId }) => reaches(ask.actor, 'hr', personId, org))
}

export function deciding(core: Core) {
  const show = async (
    tx: Tx,
    ask: Ask,
    lines: readonly string[] = [],
    place: 'new' | 'replace' = 'replace',
  ): Promise<Answer> => {
    const { language } = ask
    const t = textsIn(language)
    const all = await deskOf(tx, ask)
    const shown = all.slice(0, mostAsked)
    const people = await loadPeople(
      tx,
      shown.map(({ personId }) => personId),
      ask.today,
    )
    const year = fiscalYearOf(ask.today)
    const budget = await loadBudget(tx, year)
    const blocks: Block[] = [
      { type: 'heading', text: t.deskTitle },
      ...lines.map((text) => ({ type: 'text', text }) as const),
      {
        type: 'facts',
        facts: [
          {
            label: t.budgetLeft(formatFiscalYear(year, language)),
            value: budget
              ? `${t.yen(leftOf(budget))}（${t.granted(t.yen(budget.grantedYen), t.yen(budget.yen))}）`
              : t.budgetNone,
          },
        ],
      },
      shown.length === 0
        ? { type: 'text', text: t.deskNone }
        : {
            type: 'list',
            rows: shown.map((application): Row => {
              const person = people.get(application.personId)
              return {
                text: t.row(person ? addressed(person, language) : '', application.title),
                detail: described(application, language),
                button: {
                  label: t.decide,
                  action: { id: 'trainings.self-decide', data: dataOf(application) },
                },
              }
            }),
          },
    ]
    if (await hrOfWholeCity.allows(ask.actor, ask.now))
      blocks.push({
        type: 'buttons',
        buttons: [{ label: t.budget, action: { id: 'trainings.self-budget', data: {} } }],
      })
    return (place === 'new' ? say : replaceWith)({ summary: t.deskTitle, blocks }, openDesk)
  }

  const find = async (tx: Tx, ask: Ask, wanted: { application: number; version: number }) => {
    const found = await lockedApplication(tx, wanted.application)
    if (found?.status !== 'awaiting_hr' || found.version !== wanted.version) return undefined
    return (await deskOf(tx, ask)).find((each) => each.id === found.id)
  }

  const decide = async (
    tx: Tx,
    ask: Ask,
    wanted: { application: number; version: number },
    values: FormValues,
  ): Promise<Answer | { errors: FieldErrors }> => {
    const t = textsIn(ask.language)
    const found = await find(tx, ask, wanted)
    if (!found) return show(tx, ask, [t.gone])
    const reason = reasonIn(values)
    const yen = found.kind === 'leave' ? 0 : wholeYen(values.yen)
    const grants = values.decision === 'grant'
    if (!grants && values.decision !== 'decline') return { errors: { decision: t.bad.choose } }
    if (!grants && reason === '') return { errors: { reason: t.bad.reason } }
    if (grants && (yen === undefined || (found.kind === 'subsidy' && yen < 1)))
      return { errors: { yen: t.bad.amount } }
    const command = grants
      ? ({ type: 'grant', yen: yen ?? 0 } as const)
      : ({ type: 'decline', reason } as const)
    const done = await change(tx, found, command, by(ask))
    if (done.type === 'over-budget') {
      const budget = await loadBudget(tx, found.fiscalYear)
      return { errors: { yen: t.bad.left(t.yen(leftOf(budget))) } }
    }
    if (done.type !== 'changed') return show(tx, ask, [t.gone])
    await replanSelf(core, tx, [done.application], ask.now, true)
    const person = (await loadPeople(tx, [found.personId], ask.today)).get(found.personId)
    const who = person ? addressed(person, ask.language) : ''
    return show(tx, ask, [grants ? t.decidedGrant(who) : t.declined(who)])
  }

  return {
    show,
    actions: {
      'trainings.self-desk': action({
        effect: 'reads',
        permission: hr,
        data: z.object({}),
        handle: (ask) => inTransaction(core.db, (tx) => show(tx, ask, [], 'new')),
      }),
      'trainings.self-decide': action({
        effect: 'reads',
        opensForm: true,
        permission: hr,
        data: ofOne,
        handle: (ask, wanted) =>
          inTransaction(core.db, async (tx): Promise<FormAnswer> => {
            const t = textsIn(ask.language)
            const found = await find(tx, ask, wanted)
            if (!found) return show(tx, ask, [t.gone])
            const person = (await loadPeople(tx, [found.personId], ask.today)).get(found.personId)
            return openForm({
              id: 'trainings.self-decide-save',
              title: t.decideTitle,
              submit: t.save,
              cancel: t.cancel,
              data: dataOf(found),
              intro: t.decideIntro(person?.name ?? '', found.title, described(found, ask.language)),
              fields: [
                {
                  type: 'select',
                  name: 'decision',
                  label: t.decision,
                  options: (['grant', 'decline'] as const).map((value) => ({
                    value,
                    label: t.decisions[value],
                  })),
                  value: 'grant',
                },
                ...(found.kind === 'subsidy'
                  ? [
                      {
                        type: 'number',
                        name: 'yen',
                        label: t.grantedYen,
                        value: found.askedYen,
                        min: 0,
                        optional: true,
                      } as const,
                    ]
                  : []),
                {
                  type: 'text',
                  name: 'reason',
                  label: t.decideReason,
                  optional: true,
                  multiline: true,
                  maxLength: 200,
                },
              ],
            })
          }),
      }),
      'trainings.self-budget': action({
        effect: 'reads',
        opensForm: true,
        permission: hrOfWholeCity,
        data: z.object({}),
        handle: (ask) =>
          inTransaction(core.db, async (tx) => {
            const t = textsIn(ask.language)
            const year = fiscalYearOf(ask.today)
            const budget = await loadBudget(tx, year)
            return openForm({
              id: 'trainings.self-budget-save',
              title: t.budgetTitle,
              submit: t.budgetSave,
              cancel: t.cancel,
              data: { year },
              intro: t.budgetIntro(formatFiscalYear(year, ask.language), t.yen(budget?.grantedYen ?? 0)),
              fields: [
                {
                  type: 'number',
                  name: 'yen',
                  label: t.budgetYen,
                  min: 0,
                  ...(budget && { value: budget.yen }),
                },
              ],
            })
          }),
      }),
    },
    forms: {
      'trainings.self-decide-save': form({
        permission: hr,
        data: ofOne,
        handle: (ask, wanted, values) => inTransaction(core.db, (tx) => decide(tx, ask, wanted, values)),
      }),
      'trainings.self-budget-save': form({
        permission: hrOfWholeCity,
        data: z.object({ year: z.number().int().min(1900).max(2300) }),
        handle: async (ask, { year }, values) => {
          const t = textsIn(ask.language)
          const yen = wholeYen(values.yen)
          if (yen === undefined) return { errors: { yen: t.bad.required } }
          return inTransaction(core.db, async (tx): Promise<Answer | { errors: FieldErrors }> => {
            await tx.selfDevelopmentBudget.createMany({
              data: [{ fiscalYear: year, yen: 0 }],
              skipDuplicates: true,
            })
            await tx.$queryRaw`SELECT fiscal_year FROM self_development_budget WHERE fiscal_year = ${year}::int FOR UPDATE`
            const budget = await loadBudget(tx, year)
            if (budget && yen < budget.grantedYen)
              return { errors: { yen: t.budgetHeld(t.yen(budget.grantedYen)) } }
            await tx.selfDevelopmentBudget.update({ where: { fiscalYear: year }, data: { yen } })
            await writeAudit(tx, {
              at: ask.now,
              actorId: ask.actor.id,
              via: 'chat',
              flow: ask.flow,
              action: 'trainings.self-budget',
              subject: `self-development-budget:${year}`,
              change: { from: budget?.yen ?? 0, to: yen },
            })
            return show(tx, ask, [t.budgetSaved(formatFiscalYear(year, ask.language), t.yen(yen))])
          })
        },
      }),
    },
  }
}
