import { fromDbDateOrNull } from '../../../db/time.ts'
import { inTransaction, type Tx } from '../../../db/transaction.ts'
import type { DomainEvent } from '../../../directory/events.ts'
import type { Ask, HomeItem } from '../../../intake/handler.ts'
import { everyStaffMember, hr } from '../../../intake/permissions.ts'
import type { Core, Feature } from '../../feature.ts'
import { approverOf, loadSituation } from '../sign-up/approver.ts'
import { systemBy } from '../sign-up/store.ts'
import { deciding, deskOf } from './desk.ts'
import { selfNotices } from './kinds.ts'
import { lecturing } from './lecture.ts'
import { applications } from './mine.ts'
import { replanSelf } from './plan.ts'
import { change, loadApplications, lockedApplication, waitingFor } from './store.ts'
import { en } from './texts.en.ts'
import { ja } from './texts.ja.ts'
import { textsIn } from './texts.ts'
import { openDesk, openSelf, openSelfApprovals } from './views.ts'

/** Whoever has left has applied for nothing; whoever approves is whoever is above the person now, else HR decides. */
async function follow(core: Core, tx: Tx, event: DomainEvent, now: Temporal.Instant): Promise<void> {
  const open = await loadApplications(tx, { status: { in: ['awaiting_approval', 'awaiting_hr'] } })
  if (open.length === 0) return
  const today = now.toZonedDateTimeISO(core.zone).toPlainDate()
  const people = [...new Set(open.map(({ personId }) => personId))]
  const left = new Set(
    (await tx.person.findMany({ where: { id: { in: people } }, select: { id: true, leftOn: true } })).flatMap(
      ({ id, leftOn }) => {
        const day = fromDbDateOrNull(leftOn)
        return day && Temporal.PlainDate.compare(day, today) <= 0 ? [id] : []
      },
    ),
  )
  const situation = await loadSituation(tx, people, today)
  for (const { id } of open) {
    const found = await lockedApplication(tx, id)
    if (!found) continue
    if (left.has(found.personId)) {
      const done = await change(tx, found, { type: 'withdraw' }, systemBy(now))
      if (done.type === 'changed') await replanSelf(core, tx, [done.application], now)
      continue
    }
    if (found.status !== 'awaiting_approval') continue
    const approverId = approverOf(found.personId, situation)
    if (approverId === found.approverId) continue
    await tx.selfDevelopment.update({
      where: { id },
      data: { approverId, version: { increment: 1 }, ...(approverId === null && { status: 'awaiting_hr' }) },
    })
    await replanSelf(core, tx, await loadApplications(tx, { id }), now)
  }
  // Who is HR may be another one than yesterday.
  if (event.type === 'day-opened')
    await replanSelf(core, tx, await loadApplications(tx, { status: 'awaiting_hr' }), now, 'keep')
}

/** 自己啓発 and 出前講座: support for people's own studies, and staff who teach. */
export function selfDevelopment(core: Core): Omit<Feature, 'name'> {
  const [mine, desk, lectures] = [applications(core), deciding(core), lecturing(core)]
  return {
    commands: [
      {
        id: 'trainings.self',
        phrases: { ja: ['自己啓発'], en: ['self-development', 'self development'] },
        help: { ja: ja.help, en: en.help },
        permission: everyStaffMember,
        handle: (ask) => inTransaction(core.db, (tx) => mine.show(tx, ask, [], 'new')),
      },
      {
        id: 'trainings.self-desk',
        phrases: {
          ja: ['自己啓発 申請', '自己啓発 予算'],
          en: ['self-development desk', 'self-development budget'],
        },
        help: { ja: ja.deskHelp, en: en.deskHelp },
        permission: hr,
        handle: (ask) => inTransaction(core.db, (tx) => desk.show(tx, ask, [], 'new')),
      },
    ],
    questions: [
      {
        command: 'trainings.self',
        all: [/自己啓発|自己研鑽|資格.*(補助|費用|助成)|受講料|受験料|subsid|own studies|self-?development/],
        weight: 4,
      },
    ],
    actions: { ...mine.actions, ...desk.actions, ...lectures.actions },
    forms: { ...mine.forms, ...desk.forms, ...lectures.forms },
    notices: [...selfNotices(core), ...lectures.notices],
    home: (ask) => inTransaction(core.db, (tx) => home(core, tx, ask)),
    on: (event, tx, now) => follow(core, tx, event, now),
  }
}

async function home(core: Core, tx: Tx, ask: Ask): Promise<HomeItem[]> {
  const t = textsIn(ask.language)
  const waiting = (await waitingFor(tx, ask.actor.id, ask.today)).applications
  const desk = hr.allows(ask.actor, ask.now) ? await deskOf(tx, ask) : []
  const owed = (await loadApplications(tx, { personId: ask.actor.id, status: 'granted' })).filter(
    ({ toOn }) => Temporal.PlainDate.compare(toOn, ask.today) <= 0,
  )
  return [
    ...(waiting.length > 0
      ? [
          {
            at: null,
            text: t.homeApprovals(waiting.length),
            button: { label: t.see, action: openSelfApprovals },
          },
        ]
      : []),
    ...(desk.length > 0
      ? [{ at: null, text: t.homeDesk(desk.length), button: { label: t.see, action: openDesk } }]
      : []),
    ...owed.map(({ title, toOn }) => ({
      at: toOn.toZonedDateTime({ timeZone: core.zone, plainTime: '17:00' }).toInstant(),
      text: t.homeResult(title),
      button: { label: t.see, action: openSelf },
    })),
  ]
}
