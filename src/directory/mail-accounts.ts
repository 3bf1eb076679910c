// Everybody's e-mail address on the staff list, as an account that can be written to.
import type { Tx } from '../db/transaction.ts'

/** The one workspace that e-mail is. */
export const mailTenant = 'mail'

/**
 * Makes the e-mail accounts those of the staff list: new addresses get one, a changed address takes the place of the old
 * one (which opens no link any more), and one that is gone takes its account along. The person's choice is kept. Whoever
 * is on a list of days to come and was invited before it (内定者) is reached where they were until their first day; without
 * `today` it has come for nobody.
 */
export async function keepMailAccounts(tx: Tx, today?: Temporal.PlainDate): Promise<void> {
  const on = today?.toString() ?? null
  await tx.$executeRaw`
    UPDATE identity i SET user_id = p.email, state = 'active', conversation = NULL, last_seen_at = NULL
    FROM person p
    WHERE i.person_id = p.id AND i.platform = 'email' AND i.tenant = ${mailTenant} AND p.email IS NOT NULL
      AND i.user_id <> p.email
      AND (p.guest_until IS NULL OR p.left_on <= p.guest_until OR p.guest_until <= ${on}::date)
      AND NOT EXISTS (SELECT FROM identity o WHERE o.platform = 'email' AND o.tenant = ${mailTenant}
                                               AND o.user_id = p.email)`
  await tx.$executeRaw`
    DELETE FROM identity i USING person p
    WHERE i.person_id = p.id AND i.platform = 'email' AND i.user_id IS DISTINCT FROM p.email
      AND (p.guest_until IS NULL OR p.left_on <= p.guest_until OR p.guest_until <= ${on}::date)`
  await tx.$executeRaw`
    INSERT INTO identity (person_id, platform, tenant, user_id)
    SELECT p.id, 'email', ${mailTenant}, p.email FROM person p
    WHERE p.email IS NOT NULL
      AND NOT EXISTS (SELECT FROM identity i WHERE i.person_id = p.id AND i.platform = 'email')
    ORDER BY p.id`
}
