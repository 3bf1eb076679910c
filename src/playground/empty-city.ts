// A city hall with one HR officer and nobody else, for trying the product with a staff list of one's own.
import type { City } from '../compose.ts'
import { grantRole, importFile } from '../features/staff-list/index.ts'

const OFFICER = { number: '900001', name: '人見 育子' }
const LIST = `職員番号,氏名,フリガナ,所属コード,所属名,職名,級
${OFFICER.number},${OFFICER.name},ヒトミ イクコ,010200,職員課,係長,5
`

/** Fills an empty database; does nothing where there are people already. */
export async function loadEmptyCity({ core }: City): Promise<void> {
  if ((await core.db.prisma.person.count()) > 0) return
  const imported = await importFile(core, {
    bytes: new TextEncoder().encode(LIST),
    name: '人事担当.csv',
    // In March a list is taken to be of April: this officer is here today.
    effectiveOn: core.clock.now().toZonedDateTimeISO(core.zone).toPlainDate(),
    apply: true,
    actorId: null,
  })
  if (!imported.usable || !imported.applied) throw new Error('the HR officer could not be imported')
  for (const role of ['hr', 'admin'] as const)
    await grantRole(core, { number: OFFICER.number, role, actorId: null })
}
