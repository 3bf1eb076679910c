// 相談: the desks that the city lists, shown so that nobody can know who looked. HR keeps the list and sees, from five on,
// how often each desk was looked up in a month.
import { z } from 'zod'
import type { FieldErrors, FormValues } from '../../cards/card.ts'
import { raw as rawValue } from '../../cards/values.ts'
import { privateChatLink } from '../../chat/links.ts'
import { writeAudit } from '../../db/audit.ts'
import { inTransaction, type Tx } from '../../db/transaction.ts'
import { addressed, loadPeople } from '../../directory/people.ts'
import { officeName, readSetting } from '../../directory/settings.ts'
import { type Ask, action, form, openForm, replaceWith, say } from '../../intake/handler.ts'
import { everyStaffMember, hrOfWholeCity } from '../../intake/permissions.ts'
import { normalise } from '../../kernel/words.ts'
import type { Core, Feature } from '../feature.ts'
import {
  changeDesk,
  countOne,
  createDesk,
  type Desk,
  type DeskFields,
  deskKinds,
  findDesk,
  loadDesks,
  monthlyCounts,
  placeDesk,
} from './desks.ts'
import { en } from './texts.en.ts'
import { ja } from './texts.ja.ts'
import { nameOf, textsIn } from './texts.ts'
import {
  type Contact,
  closedCard,
  countsCard,
  deskCard,
  deskForm,
  desksCard,
  longest,
  manageCard,
} from './views.ts'

const id = z.int().min(1).max(2_147_483_647)
const shapeOfEmail = /^[^\s@]+@[^\s@]+\.[^\s@]+$/

export function consultation(core: Core): Feature {
  const { db } = core
  const reader = ({ language, sender }: Ask) => ({ language, platform: sender.platform })

  const list = async (ask: Ask, note?: string) =>
    desksCard(await loadDesks(db.prisma, 'shown'), {
      ...reader(ask),
      office: (await readSetting(db.prisma, officeName))[ask.language],
      ...(note !== undefined && { note }),
    })

  /** Nobody who has left; the chat is the one in which the reader is. */
  const contactOf = async (tx: Tx, desk: Desk, ask: Ask): Promise<Contact | undefined> => {
    if (desk.personId === null) return undefined
    const row = await tx.person.findUnique({
      where: { id: desk.personId },
      select: {
        email: true,
        leftOn: true,
        identities: {
          where: { platform: ask.sender.platform, tenant: ask.sender.tenant, state: 'active' },
          select: { userId: true },
          take: 1,
        },
      },
    })
    const left = row?.leftOn && row.leftOn.toISOString().slice(0, 10) <= ask.today.toString()
    const person = (await loadPeople(tx, [desk.personId], ask.today)).get(desk.personId)
    if (!row || left || !person) return undefined
    const [account] = row.identities
    const { platform, tenant } = ask.sender
    const chat = account && privateChatLink({ platform, tenant, user: account.userId, email: row.email })
    return { name: addressed(person, ask.language), ...(chat && { chat }) }
  }

  const manage = async (tx: Tx, ask: Ask, note?: string) =>
    replaceWith(manageCard(await loadDesks(tx, 'all'), ask.language, note), { id: 'consultation.manage' })

  const audit = (
    tx: Tx,
    ask: Ask,
    what: string,
    desk: number,
    change: Record<string, string | number | boolean | null>,
  ) =>
    writeAudit(tx, {
      at: ask.now,
      actorId: ask.actor.id,
      via: 'chat',
      action: `consultation.${what}`,
      subject: `desk:${desk}`,
      change,
      flow: ask.flow,
    })

  return {
    name: 'consultation',
    title: { ja: ja.title, en: en.title },
    commands: [
      {
        id: 'consultation.desks',
        phrases: { ja: ['相談', '相談窓口', '相談先'], en: ['consult', 'consultation'] },
        help: { ja: ja.help, en: en.help },
        permission: everyStaffMember,
        sensitive: true,
        handle: async (ask) => say(await list(ask)),
      },
      {
        id: 'consultation.manage',
        phrases: { ja: ['相談 設定', '相談 登録', '相談窓口 設定', '相談窓口 登録'], en: ['consult setup'] },
        help: { ja: ja.manageHelp, en: en.manageHelp },
        permission: hrOfWholeCity,
        handle: async (ask) => say(manageCard(await loadDesks(db.prisma, 'all'), ask.language)),
      },
      {
        id: 'consultation.counts',
        phrases: { ja: ['相談 件数', '相談窓口 件数'], en: ['consult figures'] },
        help: { ja: ja.countsHelp, en: en.countsHelp },
        permission: hrOfWholeCity,
        handle: async (ask) =>
          say(
            countsCard(
              await loadDesks(db.prisma, 'all'),
              await monthlyCounts(db.prisma, ask.today),
              ask.language,
            ),
          ),
      },
    ],
    questions: [
      {
        command: 'consultation.desks',
        all: [
          /相談|悩み|悩んで|ハラスメント|パワハラ|セクハラ|マタハラ|カスハラ|いじめ|つらい|辛い|苦情|苦しい|しんどい|眠れない|死にたい|消えたい|殴られ|怒鳴ら|脅され|仕事を辞めたい/,
        ],
        weight: 8,
      },
      {
        command: 'consultation.desks',
        all: [
          /harass|bull(y|ied)|consult|counsel|(some|any)(one|body) to talk|talk to (some|any)(one|body)|complain|threaten|depress|suicid/,
        ],
        weight: 8,
      },
    ],
    actions: {
      'consultation.desks': action({
        effect: 'reads',
        sensitive: true,
        permission: everyStaffMember,
        data: z.object({}),
        handle: async (ask) => replaceWith(await list(ask)),
      }),
      'consultation.desk': action({
        effect: 'reads',
        sensitive: true,
        permission: everyStaffMember,
        data: z.object({ desk: id }),
        handle: async (ask, data) => {
          const desk = await findDesk(db.prisma, data.desk)
          if (!desk?.shown) return replaceWith(await list(ask, textsIn(ask.language).gone))
          await countOne(db.prisma, desk.id, ask.today)
          return replaceWith(deskCard(desk, await contactOf(db.prisma, desk, ask), reader(ask)))
        },
      }),
      'consultation.close': action({
        effect: 'reads',
        sensitive: true,
        permission: everyStaffMember,
        data: z.object({}),
        handle: async (ask) => replaceWith(closedCard(ask.language)),
      }),
      'consultation.manage': action({
        effect: 'reads',
        permission: hrOfWholeCity,
        data: z.object({}),
        handle: (ask) => manage(db.prisma, ask),
      }),
      'consultation.counts': action({
        effect: 'reads',
        permission: hrOfWholeCity,
        data: z.object({}),
        handle: async (ask) =>
          replaceWith(
            countsCard(
              await loadDesks(db.prisma, 'all'),
              await monthlyCounts(db.prisma, ask.today),
              ask.language,
            ),
          ),
      }),
      'consultation.edit': action({
        effect: 'reads',
        opensForm: true,
        permission: hrOfWholeCity,
        data: z.object({ desk: id.optional() }),
        handle: async (ask, data) => {
          const desk = data.desk === undefined ? undefined : await findDesk(db.prisma, data.desk)
          const contact = desk && (await contactOf(db.prisma, desk, ask))
          const desks = await loadDesks(db.prisma, 'all')
          const at = desk ? desks.findIndex((each) => each.id === desk.id) + 1 : desks.length + 1
          const place = { at, of: desk ? desks.length : desks.length + 1 }
          return openForm(deskForm(desk, contact?.name, place, ask.language))
        },
      }),
      'consultation.show': action({
        effect: 'changes',
        permission: hrOfWholeCity,
        data: z.object({ desk: id, version: id, shown: z.boolean() }),
        handle: (ask, { desk: deskId, version, shown }) =>
          inTransaction(db, async (tx) => {
            const t = textsIn(ask.language)
            if (!(await changeDesk(tx, { id: deskId, version }, { shown }))) return manage(tx, ask, t.stale)
            await audit(tx, ask, shown ? 'shown' : 'hidden', deskId, { shown })
            const desk = await findDesk(tx, deskId)
            const name = desk ? nameOf(desk, ask.language) : ''
            return manage(tx, ask, shown ? t.isShown(name) : t.isHidden(name))
          }),
      }),
    },
    forms: {
      'consultation.save': form({
        permission: hrOfWholeCity,
        searches: true,
        // `at`: where it stood when the form was opened; who left that alone moves nothing.
        data: z.object({ desk: id.optional(), version: id.optional(), at: id.optional() }),
        handle: (ask, data, values) =>
          inTransaction(db, async (tx) => {
            const t = textsIn(ask.language)
            const desks = await loadDesks(tx, 'all')
            const read = await readFields(tx, ask, values, desks.length + (data.desk === undefined ? 1 : 0))
            if ('errors' in read) return read
            const { fields } = read
            const place = read.place === data.at ? undefined : read.place
            const note = t.saved(fields.name)
            const placed = place === undefined ? {} : { place }
            if (data.desk === undefined) {
              const added = await createDesk(tx, fields)
              if (place !== undefined) await placeDesk(tx, added, place)
              await audit(tx, ask, 'added', added, { ...fields, ...placed })
              return manage(tx, ask, note)
            }
            const same = { id: data.desk, version: data.version ?? 0 }
            if (!(await changeDesk(tx, same, fields))) return manage(tx, ask, t.stale)
            if (place !== undefined) await placeDesk(tx, data.desk, place)
            await audit(tx, ask, 'changed', data.desk, { ...fields, ...placed })
            return manage(tx, ask, note)
          }),
      }),
    },
  }
}

/** The fields of a desk and its place among all, `last` of them, where one is given; or what there is to mend. */
async function readFields(
  tx: Tx,
  ask: Ask,
  values: FormValues,
  last: number,
): Promise<
  { readonly fields: DeskFields; readonly place: number | undefined } | { readonly errors: FieldErrors }
> {
  const t = textsIn(ask.language)
  const errors: Record<string, string> = {}
  const raw = (name: string) => rawValue(values, name)
  const text = (name: keyof typeof longest) => {
    const value = normalise(raw(name))
    if (value.length > longest[name]) errors[name] = t.tooLong(longest[name])
    return value
  }
  const kind = deskKinds.find((one) => one === raw('kind'))
  const personId = raw('person') === '' || raw('nobody') === 'yes' ? null : Number(raw('person'))
  const fields = {
    name: text('name'),
    nameEn: text('nameEn'),
    about: text('about'),
    aboutEn: text('aboutEn'),
    phone: text('phone'),
    email: text('email'),
    place: text('place'),
    hours: text('hours'),
    personId,
  }
  if (!kind) errors.kind = t.required
  if (fields.name === '') errors.name = t.required
  if (fields.email !== '' && !shapeOfEmail.test(fields.email)) errors.email = t.emailWrong
  if (personId !== null) {
    const known =
      id.safeParse(personId).success && (await loadPeople(tx, [personId], ask.today)).has(personId)
    if (!known) errors.person = t.unknownPerson
  }
  const reachable = fields.phone || fields.email || fields.place || personId !== null
  if (!reachable) errors.phone ??= t.oneContact
  const order = normalise(raw('order'))
  const place = order === '' ? undefined : Number(order)
  if (place !== undefined && !(Number.isSafeInteger(place) && place >= 1 && place <= last))
    errors.order = t.orderWrong(last)
  return kind && Object.keys(errors).length === 0 ? { fields: { ...fields, kind }, place } : { errors }
}
