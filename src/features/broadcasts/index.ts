// お知らせ: HR, or a training officer for their own part of the city, writes once; it reaches those it is for.
import { z } from 'zod'
import { writeAudit } from '../../db/audit.ts'
import { toDbInstant } from '../../db/time.ts'
import { inTransaction, type Tx } from '../../db/transaction.ts'
import type { Job } from '../../delivery/jobs.ts'
import { readSetting, writeSetting } from '../../directory/settings.ts'
import { type Ask, action, form, giveFile, openForm, replaceWith, say } from '../../intake/handler.ts'
import { everyStaffMember, hrOfWholeCity, writesAnnouncements } from '../../intake/permissions.ts'
import { normalise } from '../../kernel/words.ts'
import type { Core, Feature } from '../feature.ts'
import { sectionOfAuthor } from './audience.ts'
import { id } from './changing.ts'
import { drawDesk, drawOne, drawReceived, goneFor, loadToApprove, readerOf } from './draw.ts'
import { statusSheet } from './export.ts'
import { listActions, listFiles } from './handlers-list.ts'
import { sendActions, sendForms } from './handlers-send.ts'
import { writeActions, writeForms } from './handlers-write.ts'
import { noticeKinds } from './notices.ts'
import { releaseDue } from './release.ts'
import { loadBroadcast, loadReceipt, loadReceived, looksAfter } from './repository.ts'
import { forget } from './retention.ts'
import { sizesSchema, sizesSetting } from './settings.ts'
import { filters, loadRecipients } from './status.ts'
import { en } from './texts.en.ts'
import { ja } from './texts.ja.ts'
import { textsIn } from './texts.ts'
import { deskPage, openOne, settingsForm } from './views-desk.ts'
import { openList } from './views-list.ts'
import { letterCard, receivedPage } from './views-message.ts'

const pageNumber = z.int().min(1).max(100_000)

export function broadcasts(core: Core): Feature {
  const reading = <T>(work: (tx: Tx) => Promise<T>) => inTransaction(core.db, work, { timeout: 30_000 })
  const writes = async (ask: Ask) => (await writesAnnouncements.allows(ask.actor, ask.now)) === true

  /** The text as this person received it; undefined for whoever did not. */
  const letter = async (tx: Tx, ask: Ask, broadcastId: number) => {
    const broadcast = await loadBroadcast(tx, broadcastId)
    const receipt = await loadReceipt(tx, broadcastId, ask.actor.id)
    if (!broadcast || !receipt) return undefined
    const sections = await sectionOfAuthor(tx, [broadcast.authorId], ask.today)
    return letterCard(
      {
        broadcast,
        section: sections.get(broadcast.authorId),
        at: broadcast.releasedAt ?? undefined,
        acknowledgedAt: receipt.acknowledgedAt,
      },
      readerOf(core, ask),
    )
  }

  const jobs: readonly Job[] = [
    {
      name: 'broadcasts.release',
      cron: '* * * * *',
      outside: async (_, now) => {
        await releaseDue(core, now)
      },
    },
    {
      name: 'broadcasts.forget',
      cron: '50 2 * * *',
      inside: async (tx, _, now) => {
        await forget(tx, now, core.zone)
      },
    },
  ]

  return {
    name: 'broadcasts',
    title: { ja: ja.title, en: en.title },
    jobs,
    notices: noticeKinds(core),
    files: listFiles(core),
    commands: [
      {
        id: 'broadcasts.list',
        phrases: { ja: ['お知らせ'], en: ['announcements', 'announcement'] },
        help: { ja: ja.listHelp, en: en.listHelp },
        permission: everyStaffMember,
        handle: (ask) =>
          reading(async (tx) =>
            (await writes(ask))
              ? say(await drawDesk(core, tx, ask, 1), deskPage(1))
              : say(await drawReceived(core, tx, ask, 1), receivedPage(1)),
          ),
      },
      {
        id: 'broadcasts.desk',
        phrases: {
          ja: ['お知らせ 作成', 'お知らせを送る', 'お知らせ 管理'],
          en: ['write announcement', 'send announcement'],
        },
        help: { ja: ja.deskHelp, en: en.deskHelp },
        permission: writesAnnouncements,
        handle: (ask) => reading(async (tx) => say(await drawDesk(core, tx, ask, 1), deskPage(1))),
      },
    ],
    questions: [
      {
        command: 'broadcasts.desk',
        all: [/お知らせ|周知|一斉/, /送りたい|出したい|書きたい|作りたい|流したい|配信したい/],
      },
      { command: 'broadcasts.desk', all: [/announce(ment)?/, /write|send|make|new/] },
      { command: 'broadcasts.list', all: [/お知らせ|周知/, /読み返|もう一度|見たい|どこ|探/] },
      {
        command: 'broadcasts.list',
        all: [/announcements?/, /where|again|find|see|read/],
        not: [/write|send/],
      },
    ],
    actions: {
      ...writeActions(core),
      ...listActions(core),
      ...sendActions(core),
      'broadcasts.desk': action({
        effect: 'reads',
        permission: writesAnnouncements,
        data: z.object({ page: pageNumber.default(1) }),
        handle: (ask, { page }) =>
          reading(async (tx) => replaceWith(await drawDesk(core, tx, ask, page), deskPage(page))),
      }),
      'broadcasts.open': action({
        effect: 'reads',
        permission: writesAnnouncements,
        data: z.object({ broadcast: id }),
        handle: (ask, { broadcast }) =>
          reading(async (tx) => replaceWith(await drawOne(core, tx, ask, broadcast), openOne(broadcast))),
      }),
      'broadcasts.status': action({
        effect: 'reads',
        permission: writesAnnouncements,
        data: z.object({ broadcast: id, filter: z.enum(filters), page: pageNumber.default(1) }),
        handle: (ask, { broadcast, filter, page }, selected) =>
          reading(async (tx) => {
            const chosen = z.enum(filters).safeParse(selected).data
            const look = { filter: chosen ?? filter, page: chosen ? 1 : page }
            return replaceWith(await drawOne(core, tx, ask, broadcast, look), openOne(broadcast))
          }),
      }),
      'broadcasts.export': action({
        effect: 'reads',
        permission: writesAnnouncements,
        data: z.object({ broadcast: id }),
        handle: (ask, data) =>
          reading(async (tx) => {
            const broadcast = await loadBroadcast(tx, data.broadcast)
            if (!broadcast?.releasedAt || !looksAfter(ask.actor, broadcast))
              return replaceWith(await drawOne(core, tx, ask, data.broadcast), deskPage(1))
            const { recipients } = await loadRecipients(tx, broadcast.id, 'all', ask.today)
            return giveFile(await statusSheet(broadcast.title, recipients, ask.today, readerOf(core, ask)))
          }),
      }),
      'broadcasts.received': action({
        effect: 'reads',
        permission: everyStaffMember,
        data: z.object({ page: pageNumber.default(1) }),
        handle: (ask, { page }) =>
          reading(async (tx) => replaceWith(await drawReceived(core, tx, ask, page), receivedPage(page))),
      }),
      'broadcasts.read': action({
        effect: 'reads',
        permission: everyStaffMember,
        data: z.object({ broadcast: id }),
        handle: (ask, { broadcast }) =>
          reading(async (tx) => replaceWith((await letter(tx, ask, broadcast)) ?? goneFor(ask))),
      }),
      'broadcasts.acknowledge': action({
        effect: 'changes',
        permission: everyStaffMember,
        data: z.object({ broadcast: id }),
        handle: (ask, { broadcast }) =>
          reading(async (tx) => {
            await tx.broadcastRecipient.updateMany({
              where: {
                broadcastId: broadcast,
                personId: ask.actor.id,
                acknowledgedAt: null,
                broadcast: { acknowledge: true },
              },
              data: { acknowledgedAt: toDbInstant(ask.now) },
            })
            const again = { id: 'broadcasts.read', data: { broadcast } }
            return replaceWith((await letter(tx, ask, broadcast)) ?? goneFor(ask), again)
          }),
      }),
      'broadcasts.settings': action({
        effect: 'reads',
        opensForm: true,
        permission: hrOfWholeCity,
        data: z.object({}),
        handle: async (ask) =>
          openForm(settingsForm(await readSetting(core.db.prisma, sizesSetting), readerOf(core, ask))),
      }),
    },
    forms: {
      ...writeForms(core),
      ...sendForms(core),
      'broadcasts.settings': form({
        permission: hrOfWholeCity,
        data: z.object({}),
        handle: (ask, _, values) =>
          reading(async (tx) => {
            const t = textsIn(ask.language).settings
            const number = (name: string) => {
              const value = normalise([values[name] ?? ''].flat()[0] ?? '')
              return value === '' ? null : Number(value)
            }
            const read = sizesSchema.safeParse({
              approvalAbove: number('approval'),
              typedAbove: number('typed'),
              keptMonths: number('kept'),
            })
            if (!read.success) {
              const names = { approvalAbove: 'approval', typedAbove: 'typed', keptMonths: 'kept' } as const
              const wrong = new Set(read.error.issues.map(({ path: [key] }) => key))
              return {
                errors: {
                  ...(wrong.has('approvalAbove') && { [names.approvalAbove]: t.number(0, 100_000) }),
                  ...(wrong.has('typedAbove') && { [names.typedAbove]: t.number(1, 100_000) }),
                  ...(wrong.has('keptMonths') && { [names.keptMonths]: t.number(1, 120) }),
                },
              }
            }
            await writeSetting(tx, sizesSetting, read.data, ask.now)
            await writeAudit(tx, {
              at: ask.now,
              actorId: ask.actor.id,
              via: 'chat',
              action: 'broadcasts.settings',
              subject: 'setting:broadcasts.sizes',
              change: read.data,
              flow: ask.flow,
            })
            return replaceWith(await drawDesk(core, tx, ask, 1, t.done), deskPage(1))
          }),
      }),
    },
    home: async (ask) => {
      const { prisma } = core.db
      const t = textsIn(ask.language)
      const { received } = await loadReceived(prisma, ask.actor.id, { limit: 5, offset: 0, open: true })
      const toRead = received.map(({ id: broadcast, title, at }) => ({
        at,
        text: t.received.home(title),
        button: { label: t.received.open, action: { id: 'broadcasts.read', data: { broadcast } } },
      }))
      if (!(await writes(ask))) return toRead
      const lists = await prisma.broadcastList.findMany({
        where: { authorId: ask.actor.id },
        select: { id: true, fileName: true },
        orderBy: { id: 'asc' },
        take: 3,
      })
      const waiting = (await loadToApprove(core, prisma, ask)).length
      const declined = await prisma.broadcast.findMany({
        where: { authorId: ask.actor.id, status: 'draft', declined: { not: null } },
        select: { id: true, title: true },
        take: 3,
      })
      return [
        ...toRead,
        ...(waiting > 0
          ? [{ at: null, text: t.desk.home(waiting), button: { label: t.desk.approve, action: deskPage(1) } }]
          : []),
        ...lists.map((list) => ({
          at: null,
          text: t.list.home,
          ...(list.fileName && { detail: list.fileName }),
          button: { label: t.list.open, action: openList(list.id) },
        })),
        ...declined.map((back) => ({
          at: null,
          text: t.desk.homeDeclined(back.title),
          button: { label: t.desk.open, action: openOne(back.id) },
        })),
      ]
    },
  }
}
