import type { Actor, Role } from '../directory/actor.ts'
import type { Bilingual } from '../kernel/language.ts'
import type { Permission } from './handler.ts'

const holder = (who: Bilingual, ...roles: readonly Role[]): Permission => ({
  who,
  allows: (actor) => actor.grants.some((grant) => roles.includes(grant.role)),
})

/** Everybody in the directory. Intake lets nobody else through to a handler. */
export const everyStaffMember: Permission = {
  who: { ja: '職員の方', en: 'members of staff' },
  allows: () => true,
}

/** As `everyStaffMember`, and prospective hires (内定者). */
export const everybody: Permission = { ...everyStaffMember, guests: true }

/** The one way to ask a permission where somebody acts: a guest has none that does not say so. */
export const permits = async (
  { guests, allows }: Permission,
  actor: Actor,
  now: Temporal.Instant,
): Promise<boolean> => (!actor.guest || guests === true) && (await allows(actor, now)) === true

/** HR, for the whole city or a part of it; the handler narrows to the part. */
export const hr: Permission = holder({ ja: '人事担当の方', en: 'HR officers' }, 'hr')

/** HR for the whole city: what concerns everybody at once. */
export const hrOfWholeCity: Permission = {
  who: { ja: '全庁の人事担当の方', en: 'HR officers for the whole city' },
  allows: (actor) => actor.grants.some((grant) => grant.role === 'hr' && grant.sectionId === null),
}

export const administrator: Permission = holder({ ja: 'システム管理者の方', en: 'administrators' }, 'admin')

/** Who may write to others at once: HR, and a training officer within their own part; the handler narrows to the part. */
export const writesAnnouncements: Permission = holder(
  { ja: '人事担当・研修担当の方', en: 'HR and training officers' },
  'hr',
  'training',
)
