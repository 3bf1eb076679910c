// Two lists as HR really has them: a spreadsheet with titles above its heads, no evaluators and hardly any addresses;
// then the list of 1 April, on which every section has another code and two people have changed places.
import writeWorkbook from 'write-excel-file/node'
import { staff } from './town.ts'

/** Part-timers, who have neither a grade nor an address. */
const partTimers = 190

const fullWidth = (digits: string): string =>
  digits.replace(/\d/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0))

type Office = 'head' | 'office' | 'tax' | 'welfare' | 'nursery'
type Code = readonly [code: string, name: string]
const before: Record<Office, Code> = {
  head: ['010000', '総務部'],
  office: ['010200', '職員課'],
  tax: ['020100', '税務課'],
  welfare: ['030100', '福祉課'],
  nursery: ['030200', '保育課'],
}
const after: Record<Office, Code> = {
  head: ['110000', '総務部'],
  office: ['110200', '人事課'],
  tax: ['120100', '市民税課'],
  welfare: ['130100', '福祉政策課'],
  nursery: ['130200', 'こども保育課'],
}

const people: readonly (readonly [number: string, name: string, title: string, grade: string, Office])[] = [
  ['001001', staff.head, '部長', '7', 'head'],
  ['001101', staff.personnel, '課長', '6', 'office'],
  ['900001', staff.officer, '係長', '5', 'office'],
  ['001102', staff.clerk, '主事', '２', 'office'],
  ['001201', staff.tax, '課長', '6', 'tax'],
  ['001202', staff.tanaka, '主任', '3', 'tax'],
  ['001203', staff.suzuki, '主事', '2', 'tax'],
  ['001204', staff.takahashi, '主事補', '1', 'tax'],
  ['001301', staff.welfare, '課長', '6', 'welfare'],
  ['001302', staff.sato, '主事', '2', 'welfare'],
  ['001303', staff.yamazaki, '主事', '2', 'welfare'],
  ['001401', '小川 直子', '課長', '6', 'nursery'],
]
/** On 1 April these two change places. */
const moves: Readonly<Record<string, Office>> = { [staff.tanaka]: 'welfare', [staff.sato]: 'tax' }

/** Where somebody stands before and after 1 April. */
export const sectionOf = (name: string, on: 'before' | 'after'): string => {
  const office = people.find((person) => person[1] === name)?.[4] ?? 'nursery'
  return on === 'before' ? before[office][1] : after[moves[name] ?? office][1]
}

async function bookOf(rows: readonly (readonly string[])[]): Promise<Buffer> {
  const cells = rows.map((row) => row.map((value) => (value === '' ? null : { value, type: String })))
  return writeWorkbook(cells).toBuffer()
}

const part = Array.from({ length: partTimers }, (_, index) => ({
  number: String(700_001 + index),
  name: `保育 ${String(index + 1).padStart(3, '0')}`,
}))

/** What HR gives first. 200 people have no address; the row of one stands there twice. */
export function messyList(): Promise<Buffer> {
  const rows = people.map(([number, name, title, grade, office], index) => {
    const [code, section] = before[office]
    const email = index < 2 ? `staff${index}@city.example.lg.jp` : ''
    const written = index % 3 === 0 ? fullWidth(number) : number
    return [written, index % 4 === 0 ? `${name}　` : name, code, section, title, grade, email, '正規', '']
  })
  const [code, section] = before.nursery
  const hired = part.map(({ number, name }) => [
    ...[number, name, code, section, '保育補助員', '', '', '会計年度任用', '週20時間'],
  ])
  const heads = [
    '職員番号',
    '氏　名',
    '所属\nコード',
    '所属名',
    '職名',
    '級',
    'メールアドレス',
    '任用区分',
    '備考',
  ]
  const above = [['令和9年度 職員名簿'], ['職員課 作成', '', '取扱注意'], []]
  return bookOf([...above, heads, ...rows, ...rows.slice(-1), ...hired, [], ['以上']])
}

/** What is to hold from 1 April: other codes for all, two transfers, still without evaluators. */
export function aprilList(): Promise<Buffer> {
  const heads = ['職員番号', '氏名', '所属コード', '所属名', '職名', '級', '任用区分']
  const rows = people.map(([number, name, title, grade, office]) => [
    ...[number, name, ...after[moves[name] ?? office], title, grade, '正規'],
  ])
  const hired = part.map(({ number, name }) => [
    ...[number, name, ...after.nursery, '保育補助員', '', '会計年度任用'],
  ])
  return bookOf([heads, ...rows, ...hired])
}
