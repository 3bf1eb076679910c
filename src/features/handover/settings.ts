import { z } from 'zod'
import type { Tx } from '../../db/transaction.ts'
import type { Organisation } from '../../directory/organisation.ts'
import { readSetting, setting } from '../../directory/settings.ts'

export const mostItems = 60
export const longestItem = 200
export const itemsSchema = z.array(z.string().min(1).max(longestItem)).max(mostItems)

/** What is gone through where no section has its own list. */
export const cityTemplate = setting('handover.template', itemsSchema, [
  '担当業務の一覧と年間の流れ',
  '進行中の案件と次の期限',
  '懸案・課題と、これまでの経緯',
  '根拠となる法令・条例・要綱',
  '予算・契約・補助金の状況',
  '関係する課・団体・事業者と連絡先',
  '文書・データの保管場所',
  'システムの利用権限と申請の手続き',
  '鍵・印・備品',
  '引継書の作成と所属長の確認',
])

/** The nearest section upwards that has a list of its own, else the city's. */
export async function templateFor(tx: Tx, org: Organisation, sectionId: number): Promise<readonly string[]> {
  const chain = org.chain(sectionId).map(({ id }) => id)
  const rows = await tx.handoverTemplate.findMany({ where: { sectionId: { in: chain } } })
  for (const id of chain) {
    const found = rows.find((row) => row.sectionId === id)
    if (found && found.items.length > 0) return found.items
  }
  return readSetting(tx, cityTemplate)
}

/** Lines of a form as items; undefined: too many, or one too long. */
export function readItems(lines: string): string[] | undefined {
  const items = lines
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
  return itemsSchema.safeParse(items).data
}
