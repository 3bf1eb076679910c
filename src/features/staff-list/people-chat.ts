// 職員名簿 (the list as it stands), 記録 (the trail), 権限 (rights).
import { z } from 'zod'
import { csvFile } from '../../chat/csv.ts'
import { inTransaction, type Tx } from '../../db/transaction.ts'
import type { Role } from '../../directory/actor.ts'
import { giveGrant, takeGrant } from '../../directory/change/grants.ts'
import {
  type Ask,
  action,
  form,
  giveFile,
  openForm,
  type Permission,
  replaceWith,
  say,
} from '../../intake/handler.ts'
import { administrator, hr, hrOfWholeCity } from '../../intake/permissions.ts'
import { Refusal } from '../../kernel/errors.ts'
import type { Core, Feature } from '../feature.ts'
import { auditGrant, findOccupation, findSection } from './grant.ts'
import { by } from './import-chat.ts'
import { one } from './leave.ts'
import { findEmployed, loadGrants, loadReached, loadTrail, trailPage } from './people-repository.ts'
import {
  overviewCard,
  rightForm,
  rightsCard,
  type Showing,
  trailCard,
  trailDoor,
  trailForm,
} from './people-views.ts'
import { lastApplied, waitingImports } from './repository.ts'
import { peopleTexts } from './texts-people.ts'

const nothing = z.object({})

/** Administrators give every right; HR of the whole city those that make nobody more than they are themselves. */
const givesRights: Permission = {
  who: { ja: 'システム管理者・全庁の人事担当の方', en: 'administrators and HR officers for the whole city' },
  allows: async (actor, now) =>
    (await administrator.allows(actor, now)) === true || hrOfWholeCity.allows(actor, now),
}
const rolesOf = async ({ actor, now }: Ask): Promise<readonly Role[]> =>
  (await administrator.allows(actor, now)) === true
    ? ['admin', 'hr', 'training', 'clerk']
    : ['training', 'clerk']

export function overview(core: Core): Omit<Feature, 'name'> {
  const { prisma } = core.db
  const card = async (ask: Ask) => {
    const whole = (await hrOfWholeCity.allows(ask.actor, ask.now)) === true
    const people = await loadReached(prisma, ask.actor, ask.today)
    const waiting = whole ? await waitingImports(prisma, ask.actor.id) : []
    return overviewCard(
      { people, last: await lastApplied(prisma), waiting, whole, zone: core.zone },
      ask.language,
    )
  }
  return {
    commands: [
      {
        id: 'staff-list.overview',
        phrases: { ja: ['職員名簿', '名簿'], en: ['staff list', 'staff'] },
        help: { ja: '職員名簿の状況と、名簿の取り込み', en: 'the staff list, and how to bring in a new one' },
        permission: hr,
        handle: async (ask) => say(await card(ask)),
      },
    ],
    questions: [
      { command: 'staff-list.overview', all: [/名簿/, /取り?込|更新|入れ|反映|状況/] },
      { command: 'staff-list.overview', all: [/staff list/, /import|update|upload/] },
    ],
    actions: {
      'staff-list.overview': action({
        effect: 'reads',
        permission: hr,
        data: nothing,
        handle: async (ask) => say(await card(ask)),
      }),
      'staff-list.reached': action({
        effect: 'reads',
        permission: hr,
        data: nothing,
        handle: async (ask) => {
          const t = peopleTexts(ask.language).overview
          const people = await loadReached(prisma, ask.actor, ask.today)
          const mark = (yes: boolean) => (yes ? t.yes : t.no)
          const rows = people.map(({ section, number, name, title, email, account, evaluator }) => [
            section,
            number,
            name,
            title,
            mark(email),
            mark(account),
            mark(evaluator),
          ])
          return giveFile(csvFile(t.file, t.comment, [t.columns, ...rows]))
        },
      }),
    },
  }
}

export function trail(core: Core): Omit<Feature, 'name'> {
  const page = async (ask: Ask, id: number, before: number | null) => {
    // People who have left have a trail too.
    const person = await core.db.prisma.person.findUnique({ where: { id }, select: { id: true, name: true } })
    if (!person) return undefined
    const ahead = (await hrOfWholeCity.allows(ask.actor, ask.now)) === true
    const entries = await loadTrail(core.db.prisma, id, { before, today: ask.today, ahead })
    return trailCard({ person, entries, pageSize: trailPage, zone: core.zone }, ask.language)
  }
  return {
    commands: [
      {
        id: 'staff-list.trail',
        phrases: { ja: ['記録'], en: ['trail', 'audit trail'] },
        help: { ja: '職員ごとの変更の記録', en: 'what was changed about a person, and by whom' },
        permission: administrator,
        handle: async (ask) => say(trailDoor(ask.language)),
      },
    ],
    actions: {
      'staff-list.choose-trail': action({
        effect: 'reads',
        opensForm: true,
        permission: administrator,
        data: nothing,
        handle: async (ask) => openForm(trailForm(ask.language)),
      }),
      'staff-list.trail-page': action({
        effect: 'reads',
        permission: administrator,
        data: z.object({ person: z.number().int(), before: z.number().int() }),
        handle: async (ask, { person, before }) => {
          const card = await page(ask, person, before)
          return replaceWith(card ?? trailDoor(ask.language))
        },
      }),
    },
    forms: {
      'staff-list.trail': form({
        searches: true,
        permission: administrator,
        data: nothing,
        handle: async (ask, _, values) => {
          const id = Number(one(values, 'person'))
          const card =
            Number.isSafeInteger(id) && id > 0 && id < 2 ** 31 ? await page(ask, id, null) : undefined
          return card ? say(card) : { errors: { person: peopleTexts(ask.language).trail.personError } }
        },
      }),
    },
  }
}

export function rights(core: Core): Omit<Feature, 'name'> {
  /** Those that this person may give and take. */
  const grantsFor = async (tx: Tx, ask: Ask) => {
    const roles = await rolesOf(ask)
    return (await loadGrants(tx, ask.today)).filter(({ role }) => roles.includes(role))
  }
  const list = async (tx: Tx, ask: Ask, showing?: Showing) =>
    rightsCard(await grantsFor(tx, ask), ask.language, showing)
  const again = { id: 'staff-list.rights' }
  return {
    commands: [
      {
        id: 'staff-list.rights',
        phrases: { ja: ['権限'], en: ['rights', 'roles'] },
        help: { ja: '人事担当などの権限の確認と付与', en: 'who may do what, and giving rights' },
        permission: givesRights,
        handle: async (ask) => say(await list(core.db.prisma, ask)),
      },
    ],
    actions: {
      'staff-list.rights': action({
        effect: 'reads',
        permission: givesRights,
        data: z.object({ from: z.number().int().optional() }),
        handle: async (ask, { from = 0 }) => replaceWith(await list(core.db.prisma, ask, { from })),
      }),
      'staff-list.add-right': action({
        effect: 'reads',
        opensForm: true,
        permission: givesRights,
        data: nothing,
        handle: async (ask) => openForm(rightForm(await rolesOf(ask), ask.language)),
      }),
      'staff-list.revoke': action({
        effect: 'changes',
        permission: givesRights,
        data: z.object({ grant: z.number().int() }),
        handle: (ask, { grant: id }) =>
          inTransaction(core.db, async (tx) => {
            const t = peopleTexts(ask.language).rights
            const grant = (await grantsFor(tx, ask)).find((each) => each.id === id)
            if (!grant) return replaceWith(await list(tx, ask, { note: t.gone }), again)
            const { personId, role, sectionId, occupation } = grant
            const key = { personId, role, sectionId, ...(occupation !== null && { occupation }) }
            await takeGrant(tx, key, ask.today)
            await auditGrant(tx, 'revoked', key, by(ask), ask.now)
            return replaceWith(await list(tx, ask, { note: t.revoked }), again)
          }),
      }),
    },
    forms: {
      'staff-list.right': form({
        searches: true,
        permission: givesRights,
        data: nothing,
        handle: (ask, _, values) =>
          inTransaction(core.db, async (tx) => {
            const t = peopleTexts(ask.language).rights
            const errors: Record<string, string> = {}
            const person = await findEmployed(tx, Number(one(values, 'person')), ask.today)
            if (!person) errors.person = t.errors.person
            const role = (await rolesOf(ask)).find((each) => each === one(values, 'role'))
            if (!role) errors.role = t.errors.role
            /** What was found, or what there is to mend of this field. */
            const looking = async <T>(field: string, find: (written: string) => Promise<T>) => {
              const written = one(values, field)
              try {
                return written ? await find(written) : undefined
              } catch (error) {
                if (!(error instanceof Refusal)) throw error
                errors[field] = error.text[ask.language]
                return undefined
              }
            }
            const section = await looking('section', (written) => findSection(tx, written, ask.today))
            const sectionId = section?.id ?? null
            const of =
              role &&
              (await looking('occupation', (written) =>
                findOccupation(tx, written, { role, sectionId }, ask.today),
              ))
            if (!person || !role || Object.keys(errors).length > 0) return { errors }
            const key = { personId: person.id, role, sectionId, ...(of && { occupation: of.occupation }) }
            const given = await giveGrant(tx, key, ask.today)
            if (given) await auditGrant(tx, 'granted', key, by(ask), ask.now)
            const note = given ? (of ? t.grantedOf(of.occupation, of.people) : t.granted) : t.already
            return replaceWith(await list(tx, ask, { note }), again)
          }),
      }),
    },
  }
}
