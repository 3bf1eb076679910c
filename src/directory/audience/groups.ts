// People whom a feature can name, so that one programme writes to the people of another without knowing it.
import type { Tx } from '../../db/transaction.ts'
import type { Bilingual } from '../../kernel/language.ts'
import type { Actor } from '../actor.ts'

export interface Group {
  readonly id: number
  /** 「防災研修(6月10日)」 */
  readonly name: Bilingual
}

/** One kind of group; the audience that names it holds `{ kind, id }`. */
export interface GroupKind {
  /** "trainings.course" */
  readonly kind: string
  /** 「研修の参加者」 */
  readonly title: Bilingual
  /** The groups that this person may write to, the most useful first; at most 100 are shown. */
  options(tx: Tx, actor: Actor, now: Temporal.Instant): Promise<readonly Group[]>
  /** Its people as they are now, and its name; undefined when it is gone. Whom of them one may write to is not its matter. */
  resolve(
    tx: Tx,
    id: number,
    now: Temporal.Instant,
  ): Promise<(Group & { readonly personIds: readonly number[] }) | undefined>
}
