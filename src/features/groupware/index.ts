// グループウェアの予定: when people are busy elsewhere, by an address that is read every hour or a file they gave.
import { z } from 'zod'
import { calendarUrl } from '../../agenda/groupware/fetch.ts'
import { readCalendar } from '../../agenda/groupware/read.ts'
import { writeAudit } from '../../db/audit.ts'
import { inTransaction, type Tx } from '../../db/transaction.ts'
import { readSetting, writeSetting } from '../../directory/settings.ts'
import { type Ask, action, form, openForm, replaceWith, say } from '../../intake/handler.ts'
import { everyStaffMember, hrOfWholeCity } from '../../intake/permissions.ts'
import type { Core, Feature } from '../feature.ts'
import { invitedSetting, inviting } from './invite.ts'
import { addressLabel, refreshing } from './refresh.ts'
import { askAnew, forgetPast, loadOwn, removeAll, saveFeed, saveFile } from './repository.ts'
import { en } from './texts.en.ts'
import { ja } from './texts.ja.ts'
import { addressForm, ownCard, problemIn, textsIn } from './views.ts'

const none = z.object({})
const again = { id: 'groupware.show' }

/** By its name, or by how every such file begins. */
const isCalendar = (name: string, bytes: Uint8Array): boolean =>
  /\.(ics|ical|ifb|icalendar)$/i.test(name) ||
  /^\s*BEGIN:VCALENDAR/i.test(new TextDecoder().decode(bytes.subarray(0, 40)).replace(/\0/g, ''))

export function groupware(core: Core): Feature {
  const { fetchCalendar, sealing, zone } = core
  const invitations = inviting(core)
  const feeds = fetchCalendar !== undefined && sealing !== undefined
  const card = async (tx: Tx, ask: Ask, note?: string) => {
    const decides = invitations && (await hrOfWholeCity.allows(ask.actor, ask.now)) === true
    return ownCard(
      {
        own: await loadOwn(tx, ask.actor.id, ask.now),
        zone,
        feeds,
        ...(note !== undefined && { note }),
        ...(decides && { invited: await readSetting(tx, invitedSetting) }),
      },
      ask.language,
    )
  }
  const audit = (tx: Tx, ask: Ask, what: string) =>
    writeAudit(tx, {
      at: ask.now,
      actorId: ask.actor.id,
      via: 'chat',
      action: `groupware.${what}`,
      subject: `person:${ask.actor.id}`,
      subjectPersonId: ask.actor.id,
      change: {},
      flow: ask.flow,
    })

  return {
    name: 'groupware',
    title: { ja: ja.title, en: en.title },
    commands: [
      {
        id: 'groupware.show',
        phrases: { ja: ['グループウェア', '予定の取り込み'], en: ['groupware', 'busy times'] },
        help: { ja: ja.help, en: en.help },
        permission: everyStaffMember,
        handle: async (ask) => say(await card(core.db.prisma, ask), again),
      },
    ],
    actions: {
      'groupware.show': action({
        effect: 'reads',
        permission: everyStaffMember,
        data: none,
        handle: async (ask) => replaceWith(await card(core.db.prisma, ask), again),
      }),
      'groupware.address': action({
        effect: 'reads',
        opensForm: true,
        permission: everyStaffMember,
        data: none,
        handle: async (ask) =>
          feeds ? openForm(addressForm(ask.language)) : say(await card(core.db.prisma, ask), again),
      }),
      'groupware.again': action({
        effect: 'changes',
        permission: everyStaffMember,
        data: none,
        handle: (ask) =>
          inTransaction(core.db, async (tx) => {
            const asked = await askAnew(tx, ask.actor.id, ask.now)
            return replaceWith(await card(tx, ask, asked ? textsIn(ask.language).asked : undefined), again)
          }),
      }),
      'groupware.invited': action({
        effect: 'changes',
        permission: hrOfWholeCity,
        data: none,
        handle: (ask, _, selected) =>
          inTransaction(core.db, async (tx) => {
            const whom = invitedSetting.schema.safeParse(selected)
            if (!whom.success) return replaceWith(await card(tx, ask), again)
            await writeSetting(tx, invitedSetting, whom.data, ask.now)
            await audit(tx, ask, 'invited-changed')
            return replaceWith(await card(tx, ask, textsIn(ask.language).whom.done), again)
          }),
      }),
      'groupware.remove': action({
        effect: 'changes',
        permission: everyStaffMember,
        data: none,
        handle: (ask) =>
          inTransaction(core.db, async (tx) => {
            const removed = await removeAll(tx, ask.actor.id)
            if (removed) await audit(tx, ask, 'removed')
            return replaceWith(
              await card(tx, ask, removed ? textsIn(ask.language).removed : undefined),
              again,
            )
          }),
      }),
    },
    forms: {
      'groupware.address': form({
        permission: everyStaffMember,
        data: none,
        handle: (ask, _, values) =>
          inTransaction(core.db, async (tx) => {
            const url = typeof values.url === 'string' ? calendarUrl(values.url) : undefined
            if (!url) return { errors: { url: problemIn('address', ask.language) } }
            if (!feeds) return say(await card(tx, ask), again)
            const sealed = sealing.seal(Buffer.from(url.href), addressLabel(ask.actor.id))
            await saveFeed(tx, ask.actor.id, sealed, ask.now)
            await audit(tx, ask, 'address-given')
            return say(await card(tx, ask, textsIn(ask.language).saved), again)
          }),
      }),
    },
    files: [
      {
        permission: everyStaffMember,
        takes: isCalendar,
        handle: async (ask, _, bytes) => {
          const read = await readCalendar(bytes, zone, ask.now)
          if (read.type === 'bad')
            return say(await card(core.db.prisma, ask, problemIn(read.why, ask.language)), again)
          return inTransaction(core.db, async (tx) => {
            await saveFile(tx, ask.actor.id, read.spans, ask.now)
            await audit(tx, ask, 'file-given')
            const t = textsIn(ask.language)
            const note = [t.taken(read.spans.length), ...(read.cut ? [t.cut] : [])].join('\n')
            return say(await card(tx, ask, note), again)
          })
        },
      },
    ],
    jobs: [...(feeds ? [refreshing(core)] : []), ...(invitations ? [invitations] : [])],
    on: async (event, tx, now) => {
      if (event.type === 'day-opened') await forgetPast(tx, now)
    },
  }
}
