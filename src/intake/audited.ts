// What somebody changed for others from a chat, on the trail: who, when and in which flow are the instruction's own.
import { writeAudit } from '../db/audit.ts'
import type { Tx } from '../db/transaction.ts'
import type { Ask } from './handler.ts'

/** Writes actions named `prefix.what`. */
export const auditing =
  (prefix: string) =>
  (
    tx: Tx,
    ask: Ask,
    what: string,
    subject: string,
    change: Readonly<Record<string, string | number | boolean | null | readonly string[]>>,
    subjectPersonId?: number,
  ): Promise<void> =>
    writeAudit(tx, {
      at: ask.now,
      actorId: ask.actor.id,
      via: 'chat',
      action: `${prefix}.${what}`,
      subject,
      ...(subjectPersonId !== undefined && { subjectPersonId }),
      change,
      flow: ask.flow,
    })
