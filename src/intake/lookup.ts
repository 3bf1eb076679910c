// Search of colleagues for the person fields of forms: by part of the name, its reading, or the staff number.
import type { Option } from '../cards/card.ts'
import type { Database } from '../db/open.ts'
import { toDbDate } from '../db/time.ts'
import { inForce } from '../directory/load.ts'
import type { Language } from '../kernel/language.ts'
import { normalise } from '../kernel/words.ts'
import { textsOf } from './views.ts'

const MOST = 20
const longestQuery = 50

/** Hiragana as the katakana in which readings are kept. */
const toKatakana = (text: string) =>
  text.replace(/[ぁ-ゖ]/g, (kana) => String.fromCodePoint((kana.codePointAt(0) ?? 0) + 0x60))

/**
 * At most 20 people employed on the day, shown as 「山田 花子（税務課 主査）」; nobody who has left or has not yet
 * come: not by the day of employment, nor, where the list has none, by the first post. An empty query finds nobody.
 */
export async function findColleagues(
  db: Database,
  query: string,
  today: Temporal.PlainDate,
  language: Language,
): Promise<Option[]> {
  const words = normalise(query).slice(0, longestQuery).replace(/\s+/g, '')
  if (words === '') return []
  const like = `%${words.replace(/[\\%_]/g, '\\$&')}%`
  const day = toDbDate(today)
  const found = await db.prisma.$queryRaw<{ id: number }[]>`
    SELECT id FROM person
     WHERE (left_on IS NULL OR left_on > ${day}::date) AND (hired_on IS NULL OR hired_on <= ${day}::date)
       AND (guest_until IS NULL OR guest_until <= ${day}::date)
       AND NOT coalesce((SELECT min(valid_from) > ${day}::date FROM post WHERE person_id = person.id), false)
       AND (replace(name, ' ', '') ILIKE ${like}
            OR replace(kana, ' ', '') LIKE ${toKatakana(like)}
            OR number ILIKE ${like.slice(1)})
     ORDER BY kana, number LIMIT ${MOST}`
  const rows = await db.prisma.person.findMany({
    where: { id: { in: found.map((row) => row.id) } },
    select: {
      id: true,
      name: true,
      posts: {
        where: { main: true, ...inForce(today) },
        select: { title: true, section: { select: { name: true } } },
        take: 1,
      },
    },
    orderBy: [{ kana: 'asc' }, { number: 'asc' }],
  })
  const { option } = textsOf(language)
  return rows.map(({ id, name, posts: [post] }) => ({
    label: option(name, post?.section.name ?? '', post?.title ?? ''),
    value: String(id),
  }))
}
