// 内定者: invited to something by e-mail, for a time. What all programmes that take them share: who was invited and until
// when, inviting, taking an invitation back; and that a guest may go at any time.
import { z } from 'zod'
import type { Action, Block, Card, FieldErrors, Form, FormValues, Row } from '../cards/card.ts'
import { dayOf } from '../cards/values.ts'
import { UniqueError } from '../db/errors.ts'
import { fromDbDate } from '../db/time.ts'
import { inTransaction, type Tx } from '../db/transaction.ts'
import { addressesOfStaff, forgetGuest, guestUntilOf, inviteGuest, neverStaff } from '../directory/guests.ts'
import type { auditing } from '../intake/audited.ts'
import {
  type Answer,
  type Ask,
  action,
  form,
  openForm,
  type Permission,
  replaceWith,
} from '../intake/handler.ts'
import { formatDateYear } from '../kernel/format.ts'
import type { Language } from '../kernel/language.ts'
import { normalise } from '../kernel/words.ts'
import type { Core } from './feature.ts'
import { en } from './guests-texts.en.ts'
import { ja } from './guests-texts.ja.ts'
import type { FeaturePart } from './together.ts'

const textsIn = (language: Language) => (language === 'ja' ? ja : en)

const id = z.int().min(1).max(2_147_483_647)
export const mostGuests = 100
const longest = 8_000
const address = z.email().max(200)

export interface GuestLine {
  readonly name: string
  readonly email: string
}

/** Lines of a name and an address in any order; the address in lower case. The first line that is wrong is said. */
export function readGuests(
  written: string,
): readonly GuestLine[] | { readonly wrong: 'line' | 'twice'; readonly line: number } {
  const read: GuestLine[] = []
  for (const [i, whole] of written.split(/\r?\n/).entries()) {
    const words = normalise(whole)
      .split(/[\s,、;<>()]+/)
      .filter(Boolean)
    if (words.length === 0) continue
    const email = words.find((word) => word.includes('@'))?.toLowerCase() ?? ''
    const name = words.filter((word) => !word.includes('@')).join(' ')
    if (!address.safeParse(email).success || name === '' || name.length > 60)
      return { wrong: 'line', line: i + 1 }
    if (read.some((each) => each.email === email)) return { wrong: 'twice', line: i + 1 }
    read.push({ name, email })
  }
  return read
}

/** 内定者 alone. */
export const isGuest: Permission = {
  who: { ja: '内定者としてご案内中の方', en: 'people invited before they join' },
  guests: true,
  allows: ({ guest }) => guest === true,
}

/** What is said to a guest before anything else: why we write, that it is up to them, and until when. */
export const invitationTo = (name: string, until: Temporal.PlainDate, language: Language): string =>
  textsIn(language).invite(name, formatDateYear(until, language))

/** They may go at any time, and leave nothing behind. */
export function guestEnd(feature: string, language: Language): Block[] {
  const t = textsIn(language)
  return [
    { type: 'context', text: t.endNote },
    {
      type: 'buttons',
      buttons: [
        {
          label: t.end,
          action: { id: `${feature}.guest-end`, data: {} },
          confirm: { title: t.end, text: t.endConfirm, yes: t.yes, no: t.no },
        },
      ],
    },
  ]
}

interface Invitee {
  readonly id: number
  readonly name: string
  readonly status: string
  readonly until: Temporal.PlainDate
}

/** What guests are invited to, of one kind: a series of round tables, a mentoring programme. */
export interface GuestPlace {
  /** The first part of the ids of its actions and form. */
  readonly feature: string
  /** The name under which its id travels in a button. */
  readonly key: string
  /** Who may invite; `find` narrows it to what is theirs. */
  readonly permission: Permission
  find(
    tx: Tx,
    ask: Ask,
    placeId: number,
  ): Promise<
    | {
        readonly name: string
        /** Takes more of them. */
        readonly open: boolean
        /** Until when an invitation to it usually is; undefined: until they join. */
        readonly until?: Temporal.PlainDate
      }
    | undefined
  >
  members(tx: Tx, placeId: number): Promise<readonly { readonly personId: number; readonly status: string }[]>
  /** Makes members of them and plans what they are told. What is said of it; undefined: that they get an e-mail. */
  take(tx: Tx, ask: Ask, placeId: number, personIds: readonly number[]): Promise<string | undefined>
  /** Out of it, as if they had left. */
  leave(tx: Tx, ask: Ask, placeId: number, personId: number): Promise<void>
  gone(language: Language): Answer
  back(placeId: number): Action
  readonly subject: (placeId: number) => string
  readonly audit: ReturnType<typeof auditing>
}

/** To how many things that take guests they are invited now. The two kinds are known here and nowhere else. */
const placesOf = async (tx: Tx, personId: number): Promise<number> => {
  const here = { personId, status: { not: 'left' } }
  const open = { status: { in: ['draft', 'sign_up', 'running'] } }
  const series = await tx.gatheringMember.count({
    where: { ...here, series: { status: { not: 'closed' } } },
  })
  return series + (await tx.mentoringMember.count({ where: { ...here, programme: open } }))
}

/** Nobody's time elsewhere is cut short: what is asked here, or what others have asked, whichever is later. */
async function keptUntil(
  tx: Tx,
  email: string,
  members: readonly { readonly personId: number; readonly status: string }[],
  asked: Temporal.PlainDate,
  today: Temporal.PlainDate,
): Promise<Temporal.PlainDate> {
  const known = await tx.person.findUnique({ where: { email }, select: { id: true } })
  const until = known && (await guestUntilOf(tx, known.id, today))
  if (!known || !until || Temporal.PlainDate.compare(until, asked) <= 0) return asked
  const here = members.some(({ personId, status }) => personId === known.id && status !== 'left')
  return (await placesOf(tx, known.id)) > (here ? 1 : 0) ? until : asked
}

function guestsCard(
  place: GuestPlace,
  { placeId, name, open }: { readonly placeId: number; readonly name: string; readonly open: boolean },
  guests: readonly Invitee[],
  mail: boolean,
  language: Language,
  note?: string,
): Card {
  const t = textsIn(language)
  const states: Readonly<Record<string, string>> = t.states
  const own = { [place.key]: placeId }
  const rows = guests.map(
    ({ id: person, name, status, until }): Row => ({
      text: name,
      detail: t.untilOf(states[status] ?? status, formatDateYear(until, language)),
      button: {
        label: t.off,
        action: { id: `${place.feature}.guest-off`, data: { ...own, person } },
        confirm: { title: t.offTitle, text: t.offConfirm, yes: t.yes, no: t.no },
      },
    }),
  )
  const add = {
    label: t.add,
    style: 'primary',
    action: { id: `${place.feature}.guests-add`, data: own },
  } as const
  return {
    language,
    summary: t.title,
    blocks: [
      { type: 'heading', text: `${t.title}: ${name}` },
      ...(note ? [{ type: 'text', text: [{ bold: note }] } satisfies Block] : []),
      { type: 'text', text: t.intro },
      rows.length > 0 ? { type: 'list', rows } : { type: 'text', text: t.none },
      ...(mail ? [] : [{ type: 'text', text: [{ bold: t.noMail }] } satisfies Block]),
      {
        type: 'buttons',
        buttons: [...(mail && open ? [add] : []), { label: t.back, action: place.back(placeId) }],
      },
    ],
  }
}

function guestsForm(place: GuestPlace, placeId: number, until: Temporal.PlainDate, language: Language): Form {
  const t = textsIn(language)
  return {
    language,
    id: `${place.feature}.guests`,
    title: t.add,
    submit: t.save,
    cancel: t.cancel,
    intro: t.intro,
    data: { [place.key]: placeId },
    fields: [
      { name: 'people', type: 'text', label: t.field, hint: t.fieldHint, multiline: true, maxLength: 3_000 },
      { name: 'until', type: 'date', label: t.until, hint: t.untilHint, value: until.toString() },
    ],
  }
}

function readForm(
  values: FormValues,
  today: Temporal.PlainDate,
  language: Language,
):
  | { readonly people: readonly GuestLine[]; readonly until: Temporal.PlainDate }
  | { readonly errors: FieldErrors } {
  const { bad } = textsIn(language)
  const until = dayOf(values, 'until')
  if (
    !until ||
    Temporal.PlainDate.compare(until, today.add({ days: 1 })) < 0 ||
    Temporal.PlainDate.compare(until, today.add({ years: 1 })) > 0
  )
    return { errors: { until: bad.day } }
  const people = readGuests([values.people ?? ''].flat().join('\n').slice(0, longest))
  if ('wrong' in people) return { errors: { people: bad[people.wrong](people.line) } }
  if (people.length === 0) return { errors: { people: bad.line(1) } }
  return people.length > mostGuests ? { errors: { people: bad.many } } : { people, until }
}

/** The day of the year on which people join. */
const nextApril = (today: Temporal.PlainDate): Temporal.PlainDate => {
  const april = Temporal.PlainDate.from({ year: today.year, month: 4, day: 1 })
  return Temporal.PlainDate.compare(april, today) > 0 ? april : april.add({ years: 1 })
}

export function guestHandlers(core: Core, place: GuestPlace): FeaturePart {
  const { feature, key, permission } = place
  const working = <T>(work: (tx: Tx) => Promise<T>) => inTransaction(core.db, work)
  const mail = () => core.chats?.some(({ platform }) => platform === 'email') ?? false
  const ofPlace = z.object({ [key]: id })
  const ofGuest = z.object({ [key]: id, person: id })
  type Data = Readonly<Record<string, number>>
  const idIn = (data: Data) => data[key] ?? 0

  const shown = async (tx: Tx, ask: Ask, placeId: number, note?: string): Promise<Answer> => {
    const found = await place.find(tx, ask, placeId)
    if (!found) return place.gone(ask.language)
    const members = await place.members(tx, placeId)
    const people = await tx.person.findMany({
      where: {
        id: { in: members.map(({ personId }) => personId) },
        guestUntil: { not: null },
        email: { not: null },
      },
      orderBy: { id: 'asc' },
    })
    const guests = people.flatMap(({ id: person, name, guestUntil, leftOn }) => {
      const until = guestUntil && fromDbDate(guestUntil)
      const still = until && leftOn && Temporal.PlainDate.compare(until, ask.today) > 0
      const member = members.find(({ personId }) => personId === person)
      return still && member && member.status !== 'left'
        ? [{ id: person, name, status: member.status, until }]
        : []
    })
    return replaceWith(guestsCard(place, { ...found, placeId }, guests, mail(), ask.language, note), {
      id: `${feature}.guests`,
      data: { [key]: placeId },
    })
  }

  /** Everything that knows of them follows, then they are nobody. */
  const forget = async (tx: Tx, personId: number, ask: Ask): Promise<boolean> => {
    if (!(await forgetGuest(tx, personId, ask.today))) return false
    await core.tell({ type: 'people-changed', personIds: [personId] }, tx, ask.now)
    return true
  }

  const inviteAll = async (tx: Tx, ask: Ask, placeId: number, values: FormValues) => {
    const t = textsIn(ask.language)
    const read = readForm(values, ask.today, ask.language)
    if ('errors' in read) return read
    const found = await place.find(tx, ask, placeId)
    if (!found?.open || !mail()) return shown(tx, ask, placeId)
    const emails = read.people.map(({ email }) => email)
    const staff = await addressesOfStaff(tx, emails)
    const line = emails.findIndex((email) => staff.has(email))
    if (line >= 0) return { errors: { people: t.bad.staff(line + 1) } }
    const members = await place.members(tx, placeId)
    const asked: { readonly id: number; readonly until: Temporal.PlainDate }[] = []
    for (const guest of read.people) {
      const until = await keptUntil(tx, guest.email, members, read.until, ask.today)
      const invited = await inviteGuest(tx, guest, until, ask.today)
      if (invited.type === 'invited') asked.push({ id: invited.id, until })
    }
    const ids = asked.map(({ id: personId }) => personId)
    const said = await place.take(tx, ask, placeId, ids)
    for (const { id: personId, until } of asked)
      await place.audit(tx, ask, 'guest-invited', place.subject(placeId), { until: `${until}` }, personId)
    return shown(tx, ask, placeId, said ?? t.done(ids.length))
  }

  return {
    actions: {
      [`${feature}.guests`]: action<Data>({
        effect: 'reads',
        permission,
        data: ofPlace,
        handle: (ask, data) => working((tx) => shown(tx, ask, idIn(data))),
      }),
      [`${feature}.guests-add`]: action<Data>({
        effect: 'reads',
        opensForm: true,
        permission,
        data: ofPlace,
        handle: (ask, data) =>
          working(async (tx) => {
            const found = await place.find(tx, ask, idIn(data))
            if (!found?.open || !mail()) return shown(tx, ask, idIn(data))
            const april = nextApril(ask.today)
            const { until = april } = found
            const later = Temporal.PlainDate.compare(until, april) > 0 ? until : april
            return openForm(guestsForm(place, idIn(data), later, ask.language))
          }),
      }),
      [`${feature}.guest-off`]: action<Data>({
        effect: 'changes',
        permission,
        data: ofGuest,
        handle: (ask, data) =>
          working(async (tx) => {
            const [placeId, person] = [idIn(data), data.person ?? 0]
            const t = textsIn(ask.language)
            const found = await place.find(tx, ask, placeId)
            const member =
              found && (await place.members(tx, placeId)).some(({ personId }) => personId === person)
            const guest = member && (await tx.person.findUnique({ where: { id: person } }))
            if (!guest || !neverStaff(guest) || guest.email === null) return shown(tx, ask, placeId)
            await place.leave(tx, ask, placeId, person)
            await place.audit(tx, ask, 'guest-off', place.subject(placeId), {}, person)
            // What others have invited them to is not this place's to end.
            if ((await placesOf(tx, person)) > 0) return shown(tx, ask, placeId, t.offHere)
            await forget(tx, person, ask)
            return shown(tx, ask, placeId, t.offDone)
          }),
      }),
      [`${feature}.guest-end`]: action({
        effect: 'changes',
        permission: isGuest,
        data: z.object({}),
        handle: (ask) =>
          working(async (tx) => {
            const t = textsIn(ask.language)
            // Whoever is on a list of days to come is the staff list's to take back.
            const gone = await forget(tx, ask.actor.id, ask)
            if (gone) await place.audit(tx, ask, 'guest-end', `${feature}.guest`, {}, ask.actor.id)
            const said = gone ? t.ended : t.endedNot
            return replaceWith({
              language: ask.language,
              summary: said,
              blocks: [{ type: 'text', text: said }],
            })
          }),
      }),
    },
    forms: {
      [`${feature}.guests`]: form<Data>({
        permission,
        data: ofPlace,
        handle: async (ask, data, values) => {
          const invite = () => working((tx) => inviteAll(tx, ask, idIn(data), values))
          try {
            return await invite()
          } catch (error) {
            // Somebody else invites the same person at this moment: now they are known.
            if (!(error instanceof UniqueError)) throw error
            return invite()
          }
        },
      }),
    },
  }
}
