// What participants press: their answer, their pair, their meeting, their check-ins.
import { z } from 'zod'
import { book } from '../../agenda/bookings.ts'
import type { Block, Field, FormValues } from '../../cards/card.ts'
import { one, raw } from '../../cards/values.ts'
import { OverlapError } from '../../db/errors.ts'
import { toDbInstant } from '../../db/time.ts'
import type { Tx } from '../../db/transaction.ts'
import { tellOnce } from '../../delivery/told.ts'
import { loadCalendars } from '../../directory/calendars.ts'
import { loadOrganisation } from '../../directory/load.ts'
import { loadPeople } from '../../directory/people.ts'
import { goTogether, greetOnce, waysTogether } from '../../directory/together.ts'
import {
  type ActionHandler,
  type Ask,
  action,
  type FormHandler,
  form,
  openForm,
  replaceWith,
} from '../../intake/handler.ts'
import { formatDateTime } from '../../kernel/format.ts'
import { normalise } from '../../kernel/words.ts'
import type { Core } from '../feature.ts'
import { talkBlocks } from '../talk.ts'
import { guestTakesPart, staffTakesPart, takesPart } from './access.ts'
import { openAnswer, type SignUpAnswer, sealAnswer, sealRequest } from './answer.ts'
import { activate, declineInPrivate, meetingSubject, tellCoordinators } from './change.ts'
import { id, ofPair, ofProgramme, working } from './common.ts'
import { several } from './forms.ts'
import { drawHome } from './home.ts'
import {
  greetingCard,
  introduction,
  myPairs,
  otherTimesCard,
  type PairOfProgramme,
  takesAnswers,
} from './mine.ts'
import { openTo } from './offers.ts'
import { kinds, memberNotices, memberSubject, replanPairs, rounds } from './plan.ts'
import { textsIn } from './texts.ts'
import { mayMeet, meetingMinutes, meetingOf, minuteOf } from './times.ts'
import { bold, buttons, card } from './views.ts'

const home = { id: 'mentoring.home', data: {} }
const wishCount = 3
const avoidCount = 2
const mostSections = 150
const [mostNames, longestName] = [10, 60]

export function mineHandlers(core: Core): {
  actions: Record<string, ActionHandler>
  forms: Record<string, FormHandler>
} {
  const permission = takesPart(core)
  const staffOnly = staffTakesPart(core)
  const shown = async (tx: Tx, ask: Ask, ...lines: readonly string[]) =>
    replaceWith(await drawHome(core, tx, ask, lines), home)

  /** A word of thanks, and the way on. */
  const thanks = (ask: Ask, said: string, ...blocks: readonly Block[]) =>
    replaceWith(
      card(ask.language, [
        bold(said),
        ...blocks,
        buttons({ label: textsIn(ask.language).back, action: home }),
      ]),
      home,
    )

  /** Their own place in a programme that still takes answers. */
  const memberOf = async (tx: Tx, ask: Ask, programmeId: number) => {
    const member = await tx.mentoringMember.findUnique({
      where: { programmeId_personId: { programmeId, personId: ask.actor.id } },
      include: { programme: true },
    })
    return member && member.status !== 'left' && takesAnswers(member.programme, ask.today)
      ? member
      : undefined
  }

  const answered = async (tx: Tx, ask: Ask, programmeId: number) => {
    const member = await memberOf(tx, ask, programmeId)
    if (!member) return
    const { city } = await loadCalendars(tx)
    const wanted = memberNotices(member, member.programme, city, core.zone, ask.now)
    await core.notices.reconcile(tx, [{ subject: memberSubject(programmeId, ask.actor.id), wanted }], ask.now)
  }

  const signUp: FormHandler<z.infer<typeof ofProgramme>>['handle'] = (ask, data, values) =>
    working(core, async (tx) => {
      const t = textsIn(ask.language)
      const member = await memberOf(tx, ask, data.programme)
      if (!member) return shown(tx, ask, t.signUp.closed)
      const read = await readSignUp(core, tx, ask, member, values)
      if ('errors' in read) return read
      await tx.mentoringMember.update({
        where: { programmeId_personId: { programmeId: data.programme, personId: ask.actor.id } },
        data: {
          status: 'joined',
          capacity: read.capacity,
          sealed: sealAnswer(core, data.programme, ask.actor.id, read.answer),
          answeredAt: toDbInstant(ask.now),
        },
      })
      await answered(tx, ask, data.programme)
      return shown(tx, ask, t.signUp.done)
    })

  /** Their own pair in this state. */
  const pairOf = async (tx: Tx, ask: Ask, pairId: number, status: 'offered' | 'active') => {
    const pair = await tx.mentoringPair.findFirst({
      where: { id: pairId, status, OR: [{ menteeId: ask.actor.id }, { mentorId: ask.actor.id }] },
      include: { programme: true },
    })
    // What they have declined, and what they were never asked, is not theirs to answer.
    return pair ? (await openTo(core, tx, [pair], ask.actor.id, ask.today))[0] : undefined
  }

  const mine = (tx: Tx, ask: Ask, pair: PairOfProgramme) =>
    myPairs(tx, [pair], { id: ask.actor.id, language: ask.language }, ask.today)

  /** Chooses the time at which the two meet, or another one than they had. */
  const meet = async (
    tx: Tx,
    ask: Ask,
    { pair: pairId, minute, instead }: { pair: number; minute: number; instead?: number | undefined },
  ) => {
    const t = textsIn(ask.language)
    // Both may press at once: the second reads what the first has chosen.
    await tx.$queryRaw`SELECT id FROM mentoring_pair WHERE id = ${pairId} FOR UPDATE`
    const pair = await pairOf(tx, ask, pairId, 'active')
    if (!pair) return shown(tx, ask, t.stale)
    const when = (at: Temporal.Instant) => formatDateTime(at, core.zone, ask.language)
    const before = await meetingOf(tx, pair.id, ask.actor.id, ask.now)
    const ahead = before && !before.over ? before : undefined
    const chosen = ahead && minuteOf(ahead.start)
    if (ahead && chosen === minute) return shown(tx, ask, t.introduction.chosen(when(ahead.start)))
    if (chosen !== instead)
      return shown(tx, ask, ahead ? t.introduction.chosenMeanwhile(when(ahead.start)) : t.stale)
    const startsAt = Temporal.Instant.fromEpochMilliseconds(minute * 60_000)
    if (!(await mayMeet(tx, pair, startsAt, ask.now, core.zone))) return shown(tx, ask, t.introduction.taken)
    const personIds = [pair.menteeId, pair.mentorId]
    const endsAt = startsAt.add({ minutes: meetingMinutes })
    await book(tx, { subject: meetingSubject(pair.id), personIds, startsAt, endsAt, exclusive: true })
    const booked = await meetingOf(tx, pair.id, ask.actor.id, ask.now)
    await tellOnce(
      core,
      tx,
      [
        {
          kind: kinds.meeting,
          recipientId: personIds.find((each) => each !== ask.actor.id) ?? 0,
          // The same time may be chosen a second time, after another one: then that is news again.
          subject: `mentoring.meeting-${booked?.sequence ?? 0}-${minute}:${pair.id}`,
          detail: { minute, ...(chosen !== undefined && { was: chosen }) },
        },
      ],
      ask.now,
    )
    return shown(tx, ask, t.introduction[ahead ? 'moved' : 'booked'](when(startsAt)))
  }

  return {
    actions: {
      'mentoring.sign-up': action({
        effect: 'reads',
        opensForm: true,
        permission,
        data: ofProgramme,
        handle: (ask, data) =>
          working(core, async (tx) => {
            const t = textsIn(ask.language)
            const member = await memberOf(tx, ask, data.programme)
            if (!member) return shown(tx, ask, t.signUp.closed)
            return openForm({
              language: ask.language,
              id: ask.actor.guest ? 'mentoring.sign-up-guest' : 'mentoring.sign-up',
              title: t.signUp.title,
              submit: t.save,
              cancel: t.cancel,
              intro: ask.actor.guest ? t.hires.signUpIntro : t.signUp.intro,
              data: { programme: data.programme },
              fields: await signUpFields(core, tx, ask, member),
            })
          }),
      }),
      'mentoring.not-joining': action({
        effect: 'changes',
        permission,
        data: ofProgramme,
        handle: (ask, data) =>
          working(core, async (tx) => {
            const t = textsIn(ask.language).signUp
            const member = await memberOf(tx, ask, data.programme)
            if (!member) return shown(tx, ask, t.closed)
            await tx.mentoringMember.update({
              where: { programmeId_personId: { programmeId: data.programme, personId: ask.actor.id } },
              data: { status: 'not_joining', sealed: null, capacity: null, answeredAt: toDbInstant(ask.now) },
            })
            // A proposal that names them would be declined anyway.
            await tx.mentoringPair.deleteMany({
              where: {
                programmeId: data.programme,
                status: 'proposed',
                OR: [{ menteeId: ask.actor.id }, { mentorId: ask.actor.id }],
              },
            })
            await answered(tx, ask, data.programme)
            return shown(tx, ask, t.notDone)
          }),
      }),
      'mentoring.accept': action({
        effect: 'changes',
        permission,
        data: ofPair,
        handle: (ask, data) =>
          working(core, async (tx) => {
            const t = textsIn(ask.language)
            const pair = await pairOf(tx, ask, data.pair, 'offered')
            if (!pair) return shown(tx, ask, t.stale)
            const mine = pair.menteeId === ask.actor.id
            const both = mine ? pair.mentorAccepted : pair.menteeAccepted
            const now = await tx.mentoringPair.update({
              where: { id: pair.id },
              data: {
                ...(mine ? { menteeAccepted: true } : { mentorAccepted: true }),
                version: { increment: 1 },
              },
            })
            // They see it at once, in place of the question.
            if (both) await activate(core, tx, [now], ask.today, ask.now, ask.actor.id)
            else await replanPairs(core, tx, [pair.id], ask.now)
            return shown(tx, ask)
          }),
      }),
      'mentoring.decline': action({
        effect: 'changes',
        permission,
        data: ofPair,
        handle: (ask, data) =>
          working(core, async (tx) => {
            const t = textsIn(ask.language)
            const pair = await pairOf(tx, ask, data.pair, 'offered')
            if (!pair) return shown(tx, ask, t.stale)
            await declineInPrivate(core, tx, pair, ask.actor.id)
            return shown(tx, ask, t.offer.declined)
          }),
      }),
      'mentoring.meet': action({
        effect: 'changes',
        permission,
        // `instead`: the time that the button would replace, as its reader saw it.
        data: z.object({ pair: id, minute: id, instead: id.optional() }),
        handle: async (ask, data) => {
          const t = textsIn(ask.language)
          try {
            return await working(core, (tx) => meet(tx, ask, data))
          } catch (error) {
            if (!(error instanceof OverlapError)) throw error
            return working(core, (tx) => shown(tx, ask, t.introduction.taken))
          }
        },
      }),
      'mentoring.times': action({
        effect: 'reads',
        permission,
        data: z.object({ pair: id }),
        handle: (ask, data) =>
          working(core, async (tx) => {
            const pair = await pairOf(tx, ask, data.pair, 'active')
            const [my] = pair ? await mine(tx, ask, pair) : []
            if (!my) return shown(tx, ask, textsIn(ask.language).stale)
            const drawn = await otherTimesCard(core, tx, my, ask.actor.id, ask.language, ask.now)
            return replaceWith(drawn, { id: 'mentoring.times', data })
          }),
      }),
      'mentoring.talk': action({
        effect: 'changes',
        permission: staffOnly,
        data: z.object({ pair: id }),
        handle: async (ask, data) => {
          const t = textsIn(ask.language)
          const reader = { id: ask.actor.id, language: ask.language }
          const found = await working(core, async (tx) => {
            const pair = await pairOf(tx, ask, data.pair, 'active')
            const [my] = pair ? await myPairs(tx, [pair], reader, ask.today) : []
            // Whoever is to join has no chat with the office, and their address is theirs to give.
            if (!my || my.outside) return undefined
            return {
              my,
              ways: await waysTogether(tx, core.chats, reader.id, [my.partnerId], {
                topic: my.pair.programme.name,
              }),
              greeting: await greetingCard(core, tx, my, reader.id, ask.language, ask.now),
            }
          })
          if (!found) return working(core, (tx) => shown(tx, ask, t.stale))
          const { my, ways, greeting } = found
          const pairs = core.db.prisma.mentoringPair
          const greet = greetOnce(greeting, ask.flow, async (where, talk) => {
            const { count } = await pairs.updateMany({
              where: { AND: [{ id: my.pair.id }, where] },
              data: { talk },
            })
            return count
          })
          const together = await goTogether(ways, greet)
          const names = new Map([[my.partnerId, my.partner]])
          const back = { label: t.back, action: home }
          return replaceWith(
            card(ask.language, [...talkBlocks(together, names, ask.language), buttons(back)]),
            home,
          )
        },
      }),
      'mentoring.check-in': action({
        effect: 'changes',
        permission,
        data: z.object({ pair: id, round: z.enum(rounds), met: z.boolean() }),
        handle: (ask, { pair: pairId, round, met }) =>
          working(core, async (tx) => {
            const t = textsIn(ask.language)
            const pair = await pairOf(tx, ask, pairId, 'active')
            if (!pair) return shown(tx, ask, t.stale)
            const key = { pairId, personId: ask.actor.id, round }
            const answer = { met, answeredAt: toDbInstant(ask.now) }
            await tx.mentoringCheckIn.upsert({
              where: { pairId_personId_round: key },
              create: { ...key, ...answer },
              update: answer,
            })
            await replanPairs(core, tx, [pairId], ask.now)
            const [my] = met ? [] : await mine(tx, ask, pair)
            if (!my) return thanks(ask, t.checkIn.thanks)
            const { blocks, offers } = await introduction(core, tx, my, ask.actor.id, ask.language, ask.now)
            return thanks(ask, offers ? t.checkIn.thanksNot : t.checkIn.noted, ...blocks)
          }),
      }),
      'mentoring.rematch': action({
        effect: 'changes',
        permission,
        data: z.object({ pair: id }),
        handle: (ask, data) =>
          working(core, async (tx) => {
            const t = textsIn(ask.language)
            const pair = await pairOf(tx, ask, data.pair, 'active')
            if (!pair) return shown(tx, ask, t.stale)
            await tx.mentoringPair.update({
              where: { id: pair.id },
              data: { rematch: sealRequest(core, pair.id, ask.actor.id) },
            })
            await tellCoordinators(core, tx, [pair], [pair.programme], 'rematch', ask.now)
            return shown(tx, ask, t.introduction.rematchDone)
          }),
      }),
      'mentoring.survey': action({
        effect: 'changes',
        permission,
        data: z.object({ programme: id, useful: z.int().min(1).max(5) }),
        handle: (ask, { programme, useful }) =>
          working(core, async (tx) => {
            const t = textsIn(ask.language)
            const ended = await tx.mentoringPair.count({
              where: {
                programmeId: programme,
                programme: { status: 'closed' },
                OR: [{ menteeId: ask.actor.id }, { mentorId: ask.actor.id }],
              },
            })
            if (ended === 0) return shown(tx, ask, t.stale)
            const key = { programmeId: programme, mark: markOf(core, programme, ask.actor.id) }
            await tx.mentoringSurvey.upsert({
              where: { programmeId_mark: key },
              create: { ...key, useful },
              update: { useful },
            })
            return thanks(ask, t.survey.thanks)
          }),
      }),
    },
    forms: {
      'mentoring.sign-up': form({
        permission: staffOnly,
        searches: true,
        data: ofProgramme,
        handle: signUp,
      }),
      // People who are to join do not search colleagues.
      'mentoring.sign-up-guest': form({
        permission: guestTakesPart(core),
        data: ofProgramme,
        handle: signUp,
      }),
    },
  }
}

export const markOf = (core: Core, programme: number, personId: number): string => {
  if (!core.mark) throw new Error('mentoring needs the installation’s key')
  return core.mark(`mentoring.survey:${programme}:${personId}`)
}

type Member = NonNullable<Awaited<ReturnType<typeof loadMember>>>
const loadMember = (tx: Tx, programmeId: number, personId: number) =>
  tx.mentoringMember.findUnique({
    where: { programmeId_personId: { programmeId, personId } },
    include: { programme: true },
  })

async function signUpFields(core: Core, tx: Tx, ask: Ask, member: Member): Promise<Field[]> {
  const t = textsIn(ask.language).signUp
  const answer = openAnswer(core, member)
  const { programme, role } = member
  const side = role === 'mentor' ? ('mentor' as const) : ('mentee' as const)
  const choices = (name: 'topics' | 'styles' | 'times', label: string): Field[] =>
    programme[name].length === 0
      ? []
      : [
          {
            name,
            type: 'multiselect',
            label,
            optional: true,
            options: programme[name].map((each, i) => ({ label: each, value: String(i) })),
            values: programme[name].flatMap((each, i) => (answer[name].includes(each) ? [String(i)] : [])),
          },
        ]
  const offered = [
    ...choices('topics', (programme.kind === 'handover' ? t.skills : t.topics)[side]),
    ...choices('styles', t.styles),
    ...choices('times', t.times),
  ]
  if (ask.actor.guest)
    return [
      ...offered,
      {
        name: 'avoidNames',
        type: 'text',
        label: textsIn(ask.language).hires.avoid,
        hint: textsIn(ask.language).hires.avoidHint,
        multiline: true,
        optional: true,
        maxLength: 600,
        // As they wrote it: whether somebody of that name is here is not told.
        ...(answer.avoidNames && { value: answer.avoidNames.join('\n') }),
      },
    ]
  const named = await loadPeople(tx, [...answer.wishes, ...answer.avoidPeople], ask.today)
  const person = (name: string, label: string, personId: number | undefined): Field => {
    const known = personId === undefined ? undefined : named.get(personId)
    return {
      name,
      type: 'person',
      label,
      optional: true,
      ...(known && { value: String(known.id), shown: known.name }),
    }
  }
  const org = await loadOrganisation(tx, ask.today, [])
  const sections = org.sections().slice(0, mostSections)
  return [
    ...offered,
    ...(side === 'mentor'
      ? [
          {
            name: 'capacity',
            type: 'number',
            label: t.capacity,
            min: 1,
            max: 20,
            value: member.capacity ?? programme.capacity,
          } satisfies Field,
        ]
      : Array.from({ length: wishCount }, (_, i) =>
          person(`wish${i + 1}`, t.wishes(i + 1), answer.wishes[i]),
        )),
    ...Array.from({ length: avoidCount }, (_, i) =>
      person(`avoid${i + 1}`, t.avoid(i + 1), answer.avoidPeople[i]),
    ),
    {
      name: 'avoidSections',
      type: 'multiselect',
      label: t.avoidSections,
      optional: true,
      options: sections.map(({ code, name }) => ({ label: name, value: code.slice(0, 100) })),
      values: answer.avoidSections,
    },
    // A person field that was filled cannot be emptied in every chat.
    ...(answer.wishes.length + answer.avoidPeople.length > 0
      ? [
          {
            name: 'clear',
            type: 'checkboxes',
            label: t.clear,
            optional: true,
            options: [{ label: t.clearOption, value: 'clear' }],
          } satisfies Field,
        ]
      : []),
  ]
}

async function readSignUp(
  core: Core,
  tx: Tx,
  ask: Ask,
  member: Member,
  values: FormValues,
): Promise<{ answer: SignUpAnswer; capacity: number | null } | { errors: Record<string, string> }> {
  const t = textsIn(ask.language).form.bad
  const before = openAnswer(core, member)
  const { programme, role } = member
  const errors: Record<string, string> = {}
  const chosen = (name: 'topics' | 'styles' | 'times') =>
    several(values, name).flatMap((value) => programme[name][Number(value)] ?? [])
  const capacity = one(values, 'capacity')
  if (role === 'mentor' && (!/^\d{1,2}$/.test(capacity) || Number(capacity) < 1 || Number(capacity) > 20))
    errors.capacity = t.number(1, 20)
  if (ask.actor.guest) {
    const names = normalise(raw(values, 'avoidNames'), { lines: true })
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '')
    if (names.length > mostNames || names.some((name) => name.length > longestName))
      return { errors: { avoidNames: textsIn(ask.language).hires.avoidMany(mostNames, longestName) } }
    const answer = { topics: chosen('topics'), styles: chosen('styles'), times: chosen('times') }
    return {
      capacity: null,
      answer: { ...answer, wishes: [], avoidPeople: [], avoidNames: names, avoidSections: [] },
    }
  }
  const clear = several(values, 'clear').includes('clear')
  const people = (name: string, count: number, kept: readonly number[]) => {
    const found: { field: string; personId: number }[] = []
    for (let i = 0; i < count; i++) {
      const value = one(values, `${name}${i + 1}`)
      const same = value !== '' && Number(value) === kept[i]
      if (value !== '' && !(clear && same)) found.push({ field: `${name}${i + 1}`, personId: Number(value) })
    }
    return found
  }
  const wishes = role === 'mentee' ? people('wish', wishCount, before.wishes) : []
  const avoid = people('avoid', avoidCount, before.avoidPeople)
  const ids = [...wishes, ...avoid]
    .map(({ personId }) => personId)
    .filter((each) => id.safeParse(each).success)
  const known = await loadPeople(tx, ids, ask.today)
  for (const { field, personId } of [...wishes, ...avoid])
    if (!known.has(personId) || personId === ask.actor.id) errors[field] = t.person
  if (Object.keys(errors).length > 0) return { errors }
  const codes = new Set(
    (await loadOrganisation(tx, ask.today, [])).sections().map(({ code }) => code.slice(0, 100)),
  )
  const unique = (all: readonly { personId: number }[]) => [...new Set(all.map(({ personId }) => personId))]
  return {
    capacity: role === 'mentor' ? Number(capacity) : null,
    answer: {
      topics: chosen('topics'),
      styles: chosen('styles'),
      times: chosen('times'),
      wishes: unique(wishes),
      avoidPeople: unique(avoid),
      // What they wrote before they joined still holds.
      ...(before.avoidNames && { avoidNames: before.avoidNames }),
      avoidSections: several(values, 'avoidSections')
        .filter((code) => codes.has(code))
        .slice(0, 50),
    },
  }
}
