// 届かない方: who is reached in no chat, what is to be done for each, and, where the city permits it, the app put with them.
import { z } from 'zod'
import { writeAudit } from '../../db/audit.ts'
import { inTransaction, type Tx } from '../../db/transaction.ts'
import type { Actor } from '../../directory/actor.ts'
import { loadOrganisation } from '../../directory/load.ts'
import { reach as reachOf } from '../../directory/rights.ts'
import { type Ask, action, giveFile, type Permission, replaceWith, say } from '../../intake/handler.ts'
import { administrator, hr, hrOfWholeCity } from '../../intake/permissions.ts'
import { Refusal } from '../../kernel/errors.ts'
import type { Core, Feature } from '../feature.ts'
import { forgetOldWishes, installing, wishFor } from './install.ts'
import { countUnreached, loadReach, markOf, targetsOf } from './reach-repository.ts'
import { previewCard, reachCard, unreachedFile } from './reach-views.ts'
import { reachTexts } from './texts-reach.ts'

const either = (who: Permission['who'], ...permissions: readonly Permission[]): Permission => ({
  who,
  allows: async (actor, now) => {
    for (const permission of permissions) if (await permission.allows(actor, now)) return true
    return false
  },
})
/** Who may see it: HR their part, IT everybody. */
const mayLook = either(
  { ja: '人事担当の方とシステム管理者の方', en: 'HR officers and administrators' },
  hr,
  administrator,
)
const mayInstall = either(
  { ja: '全庁の人事担当の方とシステム管理者の方', en: 'HR officers for the whole city and administrators' },
  hrOfWholeCity,
  administrator,
)

const notPermitted = () =>
  new Refusal('not-allowed', {
    ja: 'この市では、Microsoft Graph でアプリを入れることを許可していません。IT 担当の方に、TEAMS_CATALOG_APP_ID の設定と権限の許可をご依頼ください（README の Teams の節）。セットアップ ポリシーで配ることはできます。',
    en: 'This city does not permit the app to be put there through Microsoft Graph. Ask IT to set TEAMS_CATALOG_APP_ID and to grant the permission (README, Teams), or to use a setup policy.',
  })

export function reach(core: Core): Omit<Feature, 'name'> {
  const chats = core.chats ?? []
  const connected = chats.map(({ platform }) => platform)
  const install = chats.find((chat) => chat.platform === 'teams')?.install
  const isWhole = (actor: Actor) =>
    actor.grants.some(({ role, sectionId }) => role === 'admin' || (role === 'hr' && sectionId === null))

  const load = (tx: Tx, ask: Ask) =>
    loadReach(tx, (org) => (isWhole(ask.actor) ? 'all' : reachOf(ask.actor, 'hr', org)), connected, ask.today)
  const card = async (tx: Tx, ask: Ask, note?: string) =>
    reachCard(
      {
        people: await load(tx, ask),
        whole: isWhole(ask.actor),
        ...(core.paperLink && ask.actor.grants.some(({ role }) => role === 'hr') && { prints: true }),
        ...(install && { installs: (await mayInstall.allows(ask.actor, ask.now)) === true }),
        ...(note !== undefined && { note }),
      },
      ask.language,
    )
  const again = { id: 'accounts.unreached' }

  return {
    commands: [
      {
        id: 'accounts.unreached',
        phrases: { ja: ['届かない方', 'アプリのない方'], en: ['not reached', 'unreached'] },
        help: { ja: reachTexts('ja').reach.help, en: reachTexts('en').reach.help },
        permission: mayLook,
        handle: async (ask) => say(await card(core.db.prisma, ask), again),
      },
    ],
    alarms: async (tx, ask, which) => {
      if (which === 'loud' || (await mayLook.allows(ask.actor, ask.now)) !== true || connected.length === 0)
        return []
      const org = await loadOrganisation(tx, ask.today, [])
      const part = isWhole(ask.actor) ? ('all' as const) : reachOf(ask.actor, 'hr', org)
      const people = await countUnreached(tx, part, connected, ask.today)
      const { alarm, alarmOpen } = reachTexts(ask.language).reach
      // No account is a normal state: it stands on the card for whoever looks.
      return people === 0
        ? []
        : [{ at: null, text: alarm(people), remedy: { label: alarmOpen, action: again }, quiet: true }]
    },
    actions: {
      'accounts.unreached': action({
        effect: 'reads',
        permission: mayLook,
        data: z.object({}),
        handle: async (ask) => replaceWith(await card(core.db.prisma, ask), again),
      }),
      'accounts.unreached-file': action({
        effect: 'reads',
        permission: mayLook,
        data: z.object({}),
        handle: async (ask) => giveFile(unreachedFile(await load(core.db.prisma, ask), ask.language)),
      }),
      'accounts.preview-install': action({
        effect: 'reads',
        permission: mayInstall,
        data: z.object({}),
        handle: async (ask) => {
          if (!install) throw notPermitted()
          return replaceWith(previewCard(targetsOf(await load(core.db.prisma, ask)), ask.language))
        },
      }),
      'accounts.install': action({
        effect: 'changes',
        permission: mayInstall,
        data: z.object({ mark: z.string().max(40) }),
        handle: (ask, { mark }) =>
          inTransaction(core.db, async (tx) => {
            if (!install) throw notPermitted()
            const t = reachTexts(ask.language).install
            const targets = targetsOf(await load(tx, ask))
            if (targets.length === 0) return replaceWith(await card(tx, ask, t.nobody), again)
            if (markOf(targets) !== mark) return replaceWith(previewCard(targets, ask.language, t.changed))
            await wishFor(tx, targets, { actorId: ask.actor.id, flow: ask.flow }, ask.now)
            await writeAudit(tx, {
              at: ask.now,
              actorId: ask.actor.id,
              via: 'chat',
              action: 'accounts.app-wished',
              subject: 'app:teams',
              change: { people: targets.length },
              flow: ask.flow,
            })
            return replaceWith(await card(tx, ask, t.started(targets.length)), again)
          }),
      }),
    },
    ...(install && { jobs: [installing(core, install)] }),
    on: async (event, tx, now) => {
      if (event.type === 'day-opened') await forgetOldWishes(tx, now)
    },
  }
}
