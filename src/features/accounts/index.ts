// アカウント: whose chat account it is, where the confirmed e-mail address does not say so.
import { z } from 'zod'
import type { FormValues } from '../../cards/card.ts'
import { inTransaction, type Tx } from '../../db/transaction.ts'
import type { Job } from '../../delivery/jobs.ts'
import type { NoticeKind } from '../../delivery/notice.ts'
import { keepMailAccounts } from '../../directory/mail-accounts.ts'
import { type Answer, type Ask, action, form, openForm, replaceWith, say } from '../../intake/handler.ts'
import { hrOfWholeCity } from '../../intake/permissions.ts'
import { Refusal } from '../../kernel/errors.ts'
import type { Core, Feature } from '../feature.ts'
import { mine } from './mine.ts'
import { printing } from './print.ts'
import { reach } from './reach.ts'
import { countUnreached } from './reach-repository.ts'
import {
  type By,
  countMatters,
  findMatter,
  findStaff,
  findUnknown,
  hrOfWholeCityIds,
  linkMatter,
  loadMatters,
  settleMatter,
  unlinkMatter,
} from './repository.ts'
import { reachTexts } from './texts-reach.ts'
import { checkForm, linkForm, mattersCard, noticeBlocks, textsOf } from './views.ts'

const which = z.object({ matter: z.number().int() })
const again = { id: 'accounts.show' }
const by = (ask: Ask): By => ({ actorId: ask.actor.id, flow: ask.flow })
const one = (values: FormValues, name: string): string | undefined => {
  const value = values[name]
  return typeof value === 'string' ? value : value?.[0]
}

/** The person is greeted in the account that was just linked. */
const greet = (core: Core, tx: Tx, personId: number, now: Temporal.Instant) =>
  core.notices.reconcile(
    tx,
    [
      {
        subject: `account-of:${personId}`,
        wanted: [
          {
            kind: 'accounts.linked',
            recipientId: personId,
            rung: 'linked',
            anchor: now.toString(),
            dueAt: now,
          },
        ],
      },
    ],
    now,
  )

/**
 * Links the account that has asked to the person with this staff number, for the command line: how the first HR
 * officer gets in whose address is not on the list. Throws a Refusal.
 */
export function linkByNumber(
  core: Core,
  asked: { number: string; userId: string },
): Promise<{ name: string }> {
  const now = core.clock.now()
  return inTransaction(core.db, async (tx) => {
    const person = await tx.person.findUnique({
      where: { number: asked.number },
      select: { id: true, name: true, leftOn: true },
    })
    const matter = await findUnknown(tx, asked.userId)
    // Done by a command whose answer was lost.
    const has = person && { personId: person.id, userId: asked.userId }
    if (has && !matter && (await tx.identity.count({ where: has })) > 0) return { name: person.name }
    if (!person || person.leftOn || !matter)
      throw new Refusal('not-found', {
        ja: 'その職員番号の方か、話しかけてきたアカウントが見つかりません。先にその方からボットに「ヘルプ」と送ってもらってください。',
        en: 'No such staff number, or no such account has asked. Let the person write "help" to the bot first.',
      })
    await linkMatter(tx, matter, person.id, null, now)
    await greet(core, tx, person.id, now)
    return { name: person.name }
  })
}

/** Every morning before the first notices: who is new in a workspace, who has left it, whose account has changed. */
const reviews = ({ chats = [] }: Core): Job[] =>
  chats.flatMap(({ platform, review }) =>
    review
      ? [
          {
            name: `accounts.review.${platform}`,
            cron: '10 5 * * *',
            beside: (_, stopping) => review(stopping),
          },
        ]
      : [],
  )

export function accounts(core: Core): Feature {
  const { zone } = core
  const own = mine(core)
  const reached = reach(core)
  const printed = printing(core)
  const parts = [own, reached, printed]
  const connected = (core.chats ?? []).map(({ platform }) => platform)
  const sendsMail = connected.includes('email')
  const list = async (tx: Tx, ask: Ask, note?: string): Promise<Answer> =>
    replaceWith(mattersCard(await loadMatters(tx), zone, ask.language, note), again)
  const t = (ask: Ask) => textsOf(ask.language)

  const notices: NoticeKind[] = [
    {
      kind: 'accounts.matters',
      title: { ja: 'アカウントの確認', en: 'accounts to look at' },
      priority: 2,
      ifUnknown: 'repeat',
      hours: 'working',
      draw: async (tx, _, to) => {
        const count = await countMatters(tx)
        if (count === 0) return null
        return { summary: textsOf(to.language).noticeSummary, blocks: noticeBlocks(count, to.language) }
      },
    },
    {
      kind: 'accounts.linked',
      title: { ja: 'アカウント登録のお知らせ', en: 'account linked' },
      priority: 1,
      ifUnknown: 'repeat',
      hours: 'any',
      draw: async (_tx, _notices, to) => ({
        summary: textsOf(to.language).linkedSummary,
        blocks: [{ type: 'text', text: textsOf(to.language).linked }],
      }),
    },
  ]

  return {
    name: 'accounts',
    title: { ja: textsOf('ja').title, en: textsOf('en').title },
    commands: [
      {
        id: 'accounts.show',
        phrases: { ja: ['アカウント'], en: ['accounts'] },
        help: {
          ja: 'チャットのアカウントと職員名簿の結びつきの確認',
          en: 'chat accounts that the staff list does not explain',
        },
        permission: hrOfWholeCity,
        handle: async (ask) => say(mattersCard(await loadMatters(core.db.prisma), zone, ask.language)),
      },
      ...parts.flatMap(({ commands = [] }) => commands),
    ],
    questions: parts.flatMap(({ questions = [] }) => questions),
    jobs: [...parts.flatMap(({ jobs = [] }) => jobs), ...reviews(core)],
    actions: {
      ...own.actions,
      ...reached.actions,
      ...printed.actions,
      'accounts.show': action({
        effect: 'reads',
        permission: hrOfWholeCity,
        data: z.object({}),
        handle: (ask) => list(core.db.prisma, ask),
      }),
      'accounts.link': action({
        effect: 'reads',
        opensForm: true,
        permission: hrOfWholeCity,
        data: which,
        handle: async (ask, { matter: id }) => {
          const matter = await findMatter(core.db.prisma, id, 'unknown')
          return matter
            ? openForm(linkForm(matter, ask.language))
            : list(core.db.prisma, ask, t(ask).done.stale)
        },
      }),
      'accounts.check': action({
        effect: 'reads',
        opensForm: true,
        permission: hrOfWholeCity,
        data: which,
        handle: async (ask, { matter: id }) => {
          const matter = await findMatter(core.db.prisma, id, 'renamed', 'other-name')
          return matter
            ? openForm(checkForm(matter, ask.language))
            : list(core.db.prisma, ask, t(ask).done.stale)
        },
      }),
      'accounts.seen': action({
        effect: 'changes',
        permission: hrOfWholeCity,
        data: which,
        handle: (ask, { matter: id }) =>
          inTransaction(core.db, async (tx) => {
            const settled = await settleMatter(tx, id, ask.now)
            return list(tx, ask, settled ? t(ask).done.seen : t(ask).done.stale)
          }),
      }),
    },
    forms: {
      ...printed.forms,
      'accounts.link': form({
        permission: hrOfWholeCity,
        data: which,
        handle: (ask, { matter: id }, values) =>
          inTransaction(core.db, async (tx) => {
            const { done, errors } = t(ask)
            const matter = await findMatter(tx, id, 'unknown')
            if (!matter) return list(tx, ask, done.stale)
            const chosen = one(values, 'person')
            const nobody = one(values, 'nobody') === 'yes'
            if (nobody && chosen) return { errors: { person: errors.both } }
            if (nobody) {
              const settled = await settleMatter(tx, id, ask.now)
              return list(tx, ask, settled ? done.declined : done.stale)
            }
            const person = await findStaff(tx, Number(chosen), ask.today)
            if (!person) return { errors: { person: errors.person } }
            if (!(await linkMatter(tx, matter, person.id, by(ask), ask.now))) return list(tx, ask, done.stale)
            await greet(core, tx, person.id, ask.now)
            return list(tx, ask, done.linked)
          }),
      }),
      'accounts.check': form({
        permission: hrOfWholeCity,
        data: which,
        handle: (ask, { matter: id }, values) =>
          inTransaction(core.db, async (tx) => {
            const { done } = t(ask)
            const matter = await findMatter(tx, id, 'renamed', 'other-name')
            if (!matter) return list(tx, ask, done.stale)
            if (one(values, 'decision') === 'unlink') {
              const gone = await unlinkMatter(tx, matter, by(ask), ask.now)
              return list(tx, ask, gone ? done.unlinked : done.stale)
            }
            const settled = await settleMatter(tx, id, ask.now)
            return list(tx, ask, settled ? done.kept : done.stale)
          }),
      }),
    },
    notices,
    alarms: async (tx, ask, which) => {
      const found = (await reached.alarms?.(tx, ask, which)) ?? []
      if (which === 'loud') return found
      if ((await hrOfWholeCity.allows(ask.actor, ask.now)) !== true) return found
      const [oldest] = await loadMatters(tx)
      if (!oldest) return found
      const { home, open } = t(ask)
      const remedy = { label: open, action: again }
      return [...found, { at: oldest.at, text: home(await countMatters(tx)), remedy, quiet: true }]
    },
    home: async (ask) => {
      if ((await hrOfWholeCity.allows(ask.actor, ask.now)) !== true) return []
      const count = await countMatters(core.db.prisma)
      const { home, open } = t(ask)
      const unreached =
        connected.length > 0 ? await countUnreached(core.db.prisma, 'all', connected, ask.today) : 0
      const words = reachTexts(ask.language).reach
      return [
        ...(count > 0 ? [{ at: null, text: home(count), button: { label: open, action: again } }] : []),
        ...(unreached > 0
          ? [
              {
                at: null,
                text: words.home(unreached),
                button: { label: open, action: { id: 'accounts.unreached' } },
              },
            ]
          : []),
      ]
    },
    on: async (event, tx, now) => {
      for (const part of parts) await part.on?.(event, tx, now)
      if (sendsMail && (event.type === 'day-opened' || event.type === 'people-changed'))
        await keepMailAccounts(tx, now.toZonedDateTimeISO(core.zone).toPlainDate())
      if (event.type !== 'day-opened') return
      const matters = await loadMatters(tx)
      const latest = matters.at(-1)
      const hr = latest ? await hrOfWholeCityIds(tx, event.on) : []
      // Once for each new matter at most, together with those that still wait.
      const wanted = hr.map((recipientId) => ({
        kind: 'accounts.matters',
        recipientId,
        rung: 'new',
        anchor: String(latest?.id),
        dueAt: now,
      }))
      await core.notices.reconcile(tx, [{ subject: 'accounts', wanted }], now)
    },
  }
}
