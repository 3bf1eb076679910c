// Opening an interview, giving its time back, entering a time that was agreed on, taking its calendar file.
import { z } from 'zod'
import { busySpans } from '../../../agenda/bookings.ts'
import { commonHours, spanOfHours } from '../../../agenda/free-time.ts'
import { overlaps } from '../../../agenda/span.ts'
import type { Button, Card, FieldErrors, FormValues } from '../../../cards/card.ts'
import { dayOf } from '../../../cards/values.ts'
import { OverlapError } from '../../../db/errors.ts'
import { inTransaction, type Tx } from '../../../db/transaction.ts'
import { loadOrganisation } from '../../../directory/load.ts'
import { addressed, loadPeople } from '../../../directory/people.ts'
import { reaches } from '../../../directory/rights.ts'
import {
  type Answer,
  type Ask,
  action,
  type FormAnswer,
  form,
  giveFile,
  openForm,
  replaceWith,
} from '../../../intake/handler.ts'
import { everyStaffMember } from '../../../intake/permissions.ts'
import { closedReason, workingDayOnOrAfter } from '../../../kernel/calendar.ts'
import { formatDate } from '../../../kernel/format.ts'
import type { Core } from '../../feature.ts'
import { type Interview, meetingSubject } from '../state.ts'
import { notFound, requireSide, sideOf } from './access.ts'
import { hoursError, minutesIn, placeIn, timeIn } from './form-values.ts'
import { meetingFile } from './ics.ts'
import { giveBack, settle } from './meetings.ts'
import { hasBegun, withFile } from './pick.ts'
import { calendarOf } from './request.ts'
import { drawn, openAction, shown, stale } from './show.ts'
import { loadInterview } from './store.ts'
import { isTooFar, textsIn, whyClosed } from './texts.ts'
import { whenOf } from './views.ts'

const id = z.number().int().positive()
const versioned = z.object({ interview: id, version: id, own: z.boolean().optional() })
type Versioned = z.infer<typeof versioned>
const cancelData = versioned.extend({ slot: z.enum(['offered', 'withdrawn']).optional() })

export function changing(core: Core) {
  const { zone } = core
  const by = (ask: Ask) => ({ actorId: ask.actor.id, via: 'chat' as const, flow: ask.flow, now: ask.now })

  async function open(ask: Ask, data: { interview: number }): Promise<Answer> {
    return inTransaction(core.db, async (tx) => {
      const interview = await loadInterview(tx, data.interview, ask.today)
      if (!interview || !(await mayRead(tx, interview, ask))) throw notFound()
      return drawn(core, tx, ask, interview)
    })
  }

  /** The conductor is asked what becomes of the hour before it is given back. */
  async function askRelease(ask: Ask, data: Versioned): Promise<Answer> {
    return inTransaction(core.db, async (tx) => {
      const interview = requireSide(
        await loadInterview(tx, data.interview, ask.today),
        ask.actor.id,
        'conductor',
      )
      if (interview.version !== data.version || interview.status !== 'booked')
        return stale(core, tx, ask, interview, true)
      if (hasBegun(interview, ask.now))
        return drawn(core, tx, ask, interview, { own: true, line: textsIn(ask.language).begun })
      const hasSlot = (await tx.slot.count({ where: { meetingId: interview.meeting.id } })) > 0
      const who = await nameFor(tx, interview.personId, ask)
      const card = releaseCard(interview, who, hasSlot, zone, ask)
      return replaceWith(card, openAction(interview.id))
    })
  }

  async function cancel(ask: Ask, data: z.infer<typeof cancelData>): Promise<Answer> {
    return inTransaction(core.db, async (tx) => {
      const t = textsIn(ask.language)
      const interview = requireSide(await loadInterview(tx, data.interview, ask.today, 'lock'), ask.actor.id)
      if (interview.version !== data.version || interview.status !== 'booked')
        return stale(core, tx, ask, interview, data.own)
      if (hasBegun(interview, ask.now))
        return drawn(core, tx, ask, interview, { own: data.own, line: t.begun })
      // What becomes of the hour is its conductor's to say.
      const conductor = sideOf(interview, ask.actor.id) === 'conductor'
      await giveBack(core, tx, interview, (conductor && data.slot) || 'offered', by(ask))
      return shown(core, tx, ask, interview.id, { own: data.own, line: t.released })
    })
  }

  async function openFix(ask: Ask, data: Versioned): Promise<FormAnswer> {
    return inTransaction(core.db, async (tx) => {
      const interview = requireSide(
        await loadInterview(tx, data.interview, ask.today),
        ask.actor.id,
        'conductor',
      )
      if (interview.version !== data.version) return stale(core, tx, ask, interview, data.own)
      const t = textsIn(ask.language)
      if (interview.status !== 'waiting' && interview.status !== 'booked')
        return drawn(core, tx, ask, interview, { own: data.own, line: t.closed })
      if (hasBegun(interview, ask.now))
        return drawn(core, tx, ask, interview, { own: data.own, line: t.begun })
      const calendar = await calendarOf(tx, ask.actor.id, ask.today)
      const day = workingDayOnOrAfter(calendar, ask.today.add({ days: 1 }))
      return openForm({
        id: 'interviews.fix',
        title: t.fixTitle,
        submit: t.fixSubmit,
        cancel: t.offerCancel,
        data: { interview: interview.id, version: interview.version, ...(data.own && { own: true }) },
        intro: t.fixIntro(await nameFor(tx, interview.personId, ask)),
        fields: [
          { type: 'date', name: 'date', label: t.date, value: day.toString() },
          { type: 'time', name: 'time', label: t.time },
          {
            type: 'number',
            name: 'minutes',
            label: t.minutes,
            value: interview.step?.minutes ?? 30,
            min: 5,
            max: 480,
          },
          { type: 'text', name: 'place', label: t.place, hint: t.placeHint, optional: true, maxLength: 200 },
        ],
      })
    })
  }

  async function fix(
    ask: Ask,
    data: Versioned,
    values: FormValues,
  ): Promise<Answer | { readonly errors: FieldErrors }> {
    const t = textsIn(ask.language)
    try {
      return await inTransaction(core.db, async (tx) => {
        const interview = requireSide(
          await loadInterview(tx, data.interview, ask.today, 'lock'),
          ask.actor.id,
          'conductor',
        )
        if (interview.version !== data.version) return stale(core, tx, ask, interview, data.own)
        if (interview.status !== 'waiting' && interview.status !== 'booked')
          return drawn(core, tx, ask, interview, { own: data.own, line: t.closed })
        if (hasBegun(interview, ask.now))
          return drawn(core, tx, ask, interview, { own: data.own, line: t.begun })
        const read = await readFixed(tx, ask, values)
        if (read.errors) return { errors: read.errors }
        const subject = interview.status === 'booked' ? meetingSubject(interview.meeting.id) : undefined
        const people = [interview.personId, ask.actor.id]
        const busy = await busySpans(tx, people, read.start, read.end)
        if (busy.some((each) => each.exclusive && each.subject !== subject && overlaps(each, read)))
          return { errors: { time: t.clash } }
        const was = interview.status
        const hour = { ...read, conductorId: ask.actor.id, slotId: null }
        const meeting = await settle(core, tx, interview, hour, by(ask), { freed: 'withdrawn' })
        const when = whenOf(read, zone, ask.language)
        const answer = await shown(core, tx, ask, interview.id, {
          own: data.own,
          line: was === 'booked' ? t.changed(when) : t.booked(when),
        })
        const file = await meetingFile(core, tx, meeting, ask)
        return file ? withFile(answer, file) : answer
      })
    } catch (error) {
      if (error instanceof OverlapError) return { errors: { time: t.clash } }
      throw error
    }
  }

  async function readFixed(tx: Tx, ask: Ask, values: FormValues) {
    const t = textsIn(ask.language)
    const errors: Record<string, string> = {}
    const date = dayOf(values, 'date')
    const time = timeIn(values, 'time')
    const minutes = minutesIn(values, 'minutes')
    const place = placeIn(values, ask.language, errors)
    if (!date) errors.date = t.dateNeeded
    if (!time) errors.time = t.timeNeeded
    if (minutes === undefined) errors.minutes = t.minutesWrong
    if (!date || !time || minutes === undefined || Object.keys(errors).length > 0) return { errors }
    if (Temporal.PlainDate.compare(date, ask.today) < 0) return { errors: { date: t.inPast } }
    const calendar = await calendarOf(tx, ask.actor.id, ask.today)
    const closed = closedOn(date)
    if (closed === 'too-far') return { errors: { date: t.tooFar } }
    if (closed)
      return {
        errors: { date: t.closedDay(formatDate(date, ask.language), whyClosed(closed, ask.language)) },
      }
    const start = date.toZonedDateTime({ timeZone: zone, plainTime: time }).toInstant()
    const end = start.add({ minutes })
    if (Temporal.Instant.compare(start, ask.now) <= 0) return { errors: { time: t.inPast } }
    const working = { from: calendar.opensAt, to: calendar.closesAt }
    const day = commonHours(working, working) && spanOfHours(date, working, zone)
    if (!day || Temporal.Instant.compare(start, day.start) < 0 || Temporal.Instant.compare(end, day.end) > 0)
      return { errors: { time: hoursError(calendar, ask.language) } }
    return { start, end, place }

    function closedOn(date: Temporal.PlainDate) {
      try {
        return closedReason(calendar, date)
      } catch (error) {
        if (isTooFar(error)) return 'too-far'
        throw error
      }
    }
  }

  async function file(ask: Ask, data: { meeting: number }): Promise<Answer> {
    return inTransaction(core.db, async (tx) => {
      const found = await meetingFile(core, tx, data.meeting, ask)
      if (!found) throw notFound()
      return giveFile(found)
    })
  }

  const nameFor = async (tx: Tx, personId: number, ask: Ask): Promise<string> => {
    const found = (await loadPeople(tx, [personId], ask.today)).get(personId)
    return found ? addressed(found, ask.language) : textsIn(ask.language).person
  }

  return {
    actions: {
      'interviews.open': action({
        effect: 'reads',
        permission: everyStaffMember,
        data: z.object({ interview: id }),
        handle: open,
      }),
      'interviews.release': action({
        effect: 'reads',
        permission: everyStaffMember,
        data: versioned,
        handle: askRelease,
      }),
      'interviews.cancel': action({
        effect: 'changes',
        permission: everyStaffMember,
        data: cancelData,
        handle: cancel,
      }),
      'interviews.fix': action({
        effect: 'reads',
        permission: everyStaffMember,
        data: versioned,
        opensForm: true,
        handle: openFix,
      }),
      'interviews.ics': action({
        effect: 'reads',
        permission: everyStaffMember,
        data: z.object({ meeting: id }),
        handle: file,
      }),
    },
    forms: {
      'interviews.fix': form({ permission: everyStaffMember, data: versioned, handle: fix }),
    },
  }
}

/** Its two sides, observers, whoever sat in its meeting before a transfer, and HR of that part of the tree. */
async function mayRead(tx: Tx, interview: Interview, { actor, today }: Ask): Promise<boolean> {
  if (sideOf(interview, actor.id) || interview.observerIds.includes(actor.id)) return true
  if ('meeting' in interview && interview.meeting?.conductorId === actor.id) return true
  if (!actor.grants.some((grant) => grant.role === 'hr')) return false
  return reaches(actor, 'hr', interview.personId, await loadOrganisation(tx, today, [interview.personId]))
}

function releaseCard(
  interview: Interview & { readonly status: 'booked' },
  who: string,
  hasSlot: boolean,
  zone: string,
  { language }: Ask,
): Card {
  const t = textsIn(language)
  const when = whenOf(interview.meeting, zone, language)
  const data = { interview: interview.id, version: interview.version, own: true }
  const give = (label: string, slot: string): Button => ({
    label,
    action: { id: 'interviews.cancel', data: { ...data, slot } },
  })
  return {
    summary: t.releaseSummary,
    blocks: [
      { type: 'text', text: hasSlot ? t.releaseAsk(who, when) : t.releaseAskFixed(who, when) },
      {
        type: 'buttons',
        buttons: [
          ...(hasSlot
            ? [give(t.releaseOffer, 'offered'), give(t.releaseWithdraw, 'withdrawn')]
            : [give(t.yes, 'withdrawn')]),
          { label: t.back, action: openAction(interview.id) },
        ],
      },
    ],
  }
}
