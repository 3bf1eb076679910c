// 機構改革 in the chat: what goes on as what is looked at, corrected and confirmed before a list is applied.
import { z } from 'zod'
import type { Card, FieldErrors, FormValues } from '../../../cards/card.ts'
import { inTransaction, type Tx } from '../../../db/transaction.ts'
import type { SectionMapping } from '../../../directory/change/mapping.ts'
import {
  type Answer,
  type Ask,
  action,
  type FormAnswer,
  form,
  openForm,
  replaceWith,
} from '../../../intake/handler.ts'
import { hrOfWholeCity } from '../../../intake/permissions.ts'
import { normalise } from '../../../kernel/words.ts'
import type { Core, Feature } from '../../feature.ts'
import { applyTimeout, previewList } from '../import.ts'
import { one } from '../leave.ts'
import type { Waiting } from '../preview.ts'
import { type ImportRow, keepWaiting } from '../repository.ts'
import { type MappingState, mappingCard, mappingForm, unknownCode } from './views.ts'

export interface Previewed {
  readonly row: ImportRow
  readonly waiting: Waiting
}

interface Door {
  /** A previewed list, for whom it is to see. */
  open(tx: Tx, ask: Ask, id: number): Promise<Previewed | undefined>
  show(tx: Tx, ask: Ask, found: Previewed): Promise<Card>
  settled(tx: Tx, ask: Ask, id: number): Promise<Card>
}

const idOnly = z.object({ id: z.number().int() })
const oneOld = idOnly.extend({ from: z.string().max(64) })

export function reorganisationChat(core: Core, door: Door): Pick<Feature, 'actions' | 'forms'> {
  const working = <T>(work: (tx: Tx) => Promise<T>) => inTransaction(core.db, work, applyTimeout)
  const again = (id: number) => ({ id: 'staff-list.mapping', data: { id } })

  const stateOf = async (tx: Tx, { row, waiting }: Previewed): Promise<MappingState> => {
    const { reorganisation } = await previewList(tx, waiting, row.effectiveOn, row.summary.consent)
    return { id: row.id, reorganisation, mapping: waiting.mapping?.pairs ?? [] }
  }
  const onList = <Given extends FormAnswer>(
    ask: Ask,
    id: number,
    act: (tx: Tx, found: Previewed) => Promise<Given>,
  ): Promise<Given | Answer> =>
    working(async (tx) => {
      const found = await door.open(tx, ask, id)
      return found ? act(tx, found) : replaceWith(await door.settled(tx, ask, id))
    })
  const keep = async (
    tx: Tx,
    found: Previewed,
    pairs: SectionMapping,
    confirmed: boolean,
  ): Promise<Previewed> => {
    const waiting = { ...found.waiting, mapping: { pairs, confirmed } }
    await keepWaiting(tx, found.row.id, waiting)
    return { ...found, waiting }
  }
  const preview = async (tx: Tx, ask: Ask, found: Previewed) =>
    replaceWith(await door.show(tx, ask, found), { id: 'staff-list.preview', data: { id: found.row.id } })

  const correct = (
    ask: Ask,
    { id, from }: z.infer<typeof oneOld>,
    values: FormValues,
  ): Promise<FormAnswer | { errors: FieldErrors }> =>
    working(async (tx): Promise<FormAnswer | { errors: FieldErrors }> => {
      const found = await door.open(tx, ask, id)
      if (!found) return replaceWith(await door.settled(tx, ask, id))
      const { mapping, reorganisation } = await stateOf(tx, found)
      const { names } = reorganisation
      const written = normalise(one(values, 'code') ?? '').toUpperCase()
      if (written !== '' && !names.has(written)) return { errors: { code: unknownCode(ask.language) } }
      const chosen = one(values, 'to') ?? 'none'
      const to = written !== '' ? written : chosen
      const { also = [] } = values
      const parts = (typeof also === 'string' ? [also] : also).filter(
        (code) => names.has(code) && code !== to,
      )
      const known = reorganisation.old.some(({ code }) => code === from)
      const own = known && names.has(to) ? [to, ...parts].map((code) => ({ from, to: code })) : []
      const pairs = [...mapping.filter((pair) => pair.from !== from), ...own]
      const kept = await keep(tx, found, pairs, found.waiting.mapping?.confirmed ?? false)
      return replaceWith(mappingCard(await stateOf(tx, kept), 0, ask.language), again(id))
    })

  return {
    actions: {
      'staff-list.mapping': action({
        effect: 'reads',
        permission: hrOfWholeCity,
        data: idOnly.extend({ page: z.number().int().min(0).optional() }),
        handle: async (ask, { id, page = 0 }) => {
          const found = await door.open(core.db.prisma, ask, id)
          if (!found) return replaceWith(await door.settled(core.db.prisma, ask, id))
          return replaceWith(mappingCard(await stateOf(core.db.prisma, found), page, ask.language))
        },
      }),
      'staff-list.mapping-edit': action({
        effect: 'reads',
        opensForm: true,
        permission: hrOfWholeCity,
        data: oneOld,
        handle: (ask, { id, from }) =>
          onList(ask, id, async (tx, found) => {
            const state = await stateOf(tx, found)
            const opened = mappingForm(state, from, ask.language)
            return opened ? openForm(opened) : replaceWith(mappingCard(state, 0, ask.language), again(id))
          }),
      }),
      'staff-list.mapping-confirm': action({
        effect: 'changes',
        permission: hrOfWholeCity,
        data: idOnly,
        handle: (ask, { id }) =>
          onList(ask, id, async (tx, found) =>
            preview(tx, ask, await keep(tx, found, found.waiting.mapping?.pairs ?? [], true)),
          ),
      }),
      'staff-list.mapping-none': action({
        effect: 'changes',
        permission: hrOfWholeCity,
        data: idOnly,
        handle: (ask, { id }) =>
          onList(ask, id, async (tx, found) => preview(tx, ask, await keep(tx, found, [], true))),
      }),
    },
    forms: {
      'staff-list.mapping': form({
        permission: hrOfWholeCity,
        data: oneOld,
        handle: (ask, data, values) => correct(ask, data, values),
      }),
    },
  }
}
