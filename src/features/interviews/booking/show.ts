// Draws one interview anew for whoever asks: the answer to a stale button, a replay, a change.
import type { ActionData } from '../../../cards/card.ts'
import type { Tx } from '../../../db/transaction.ts'
import { type Answer, type Ask, replaceWith, say } from '../../../intake/handler.ts'
import type { Core } from '../../feature.ts'
import type { Interview } from '../state.ts'
import { notFound } from './access.ts'
import { loadInterview } from './store.ts'
import { textsIn } from './texts.ts'
import { loadViews } from './view.ts'
import { interviewCard } from './views.ts'

/** `own`: the button was on the interview's own card, which the answer may replace. */
const put = (own: boolean | undefined) => (own ? replaceWith : say)

/** The interview as it is now, in place of the card or beside the digest that held the button. */
export async function shown(
  core: Core,
  tx: Tx,
  ask: Ask,
  interviewId: number,
  { own, line }: { own?: boolean | undefined; line?: string } = {},
): Promise<Answer> {
  const interview = await loadInterview(tx, interviewId, ask.today)
  if (!interview) throw notFound()
  return drawn(core, tx, ask, interview, { own, ...(line !== undefined && { line }) })
}

/** As `shown`, for an interview that was just loaded. */
export async function drawn(
  core: Core,
  tx: Tx,
  ask: Ask,
  interview: Interview,
  { own, line }: { own?: boolean | undefined; line?: string } = {},
): Promise<Answer> {
  const reader = { id: ask.actor.id, language: ask.language }
  const view = (await loadViews(tx, [interview], reader, core.zone, ask.now)).get(interview.id)
  if (!view) throw notFound()
  return put(own)(interviewCard(interview, view, line), openAction(interview.id))
}

export const openAction = (interview: number): { id: string; data: ActionData } => ({
  id: 'interviews.open',
  data: { interview },
})

/** The present state and one line that says it has changed since the button was shown. */
export const stale = (core: Core, tx: Tx, ask: Ask, interview: Interview, own?: boolean): Promise<Answer> =>
  drawn(core, tx, ask, interview, { own, line: textsIn(ask.language).movedOn })
