// Why a file cannot be read as a table at all, and what to do about it.
import type { Bilingual } from '../kernel/language.ts'

export type UnreadableCode =
  | 'empty'
  | 'too-large'
  | 'too-many-rows'
  | 'too-many-columns'
  | 'picture'
  | 'pdf'
  | 'old-excel'
  | 'encrypted'
  | 'other-archive'
  | 'damaged'
  | 'cell-error'
  | 'unknown-type'
  | 'bad-csv'

export interface Unreadable {
  /** `no-header`: no row of the column titles that the list needs; whoever needs them says which. */
  readonly code: UnreadableCode | 'no-header'
  readonly text: Bilingual
}

const saveAs: Bilingual = {
  ja: 'Excelで開き、「名前を付けて保存」で「Excel ブック (.xlsx)」か「CSV」を選んで保存したものを送ってください。',
  en: 'Open it in Excel, choose Save As "Excel Workbook (.xlsx)" or "CSV", and send that file.',
}

const joined = (first: Bilingual, second: Bilingual): Bilingual => ({
  ja: `${first.ja}${second.ja}`,
  en: `${first.en} ${second.en}`,
})

export const maxBytes = 10 * 1024 * 1024
export const maxRows = 20_000
export const maxColumns = 300

const texts: Readonly<Record<UnreadableCode, Bilingual>> = {
  empty: {
    ja: 'ファイルの中身が空です。表が入っているファイルか、ご確認ください。',
    en: 'The file is empty. Please check that it is the one with the table in it.',
  },
  'too-large': {
    ja: 'ファイルが大きすぎます（10MBまで、開いた状態で64MBまで）。必要なシートだけを新しいブックに移して送ってください。',
    en: 'The file is too large (10 MB, 64 MB once opened). Move the sheet with the list into a new workbook and send that.',
  },
  'too-many-rows': {
    ja: '2万行を超えています。必要な行だけにして送ってください。',
    en: 'There are more than 20,000 rows. Keep only those that are needed.',
  },
  'too-many-columns': {
    ja: '列が300を超えています。使う列だけにして送ってください。',
    en: 'There are more than 300 columns. Keep only those that are needed.',
  },
  picture: joined(
    {
      ja: '名前は表のファイルですが、中身は画像です。',
      en: 'The name says table, but the file is a picture.',
    },
    saveAs,
  ),
  pdf: joined(
    {
      ja: '中身はPDFで、表として読み取れません。',
      en: 'The file is a PDF, which cannot be read as a table.',
    },
    saveAs,
  ),
  'old-excel': joined(
    {
      ja: '古いExcel形式 (.xls) か、パスワード付きのブックです。パスワードは外してください。',
      en: 'It is the old Excel format (.xls) or a workbook with a password. Take the password off.',
    },
    saveAs,
  ),
  encrypted: joined(
    {
      ja: 'パスワードで保護されています。パスワードを外してください。',
      en: 'It is protected by a password. Take the password off.',
    },
    saveAs,
  ),
  'other-archive': joined(
    {
      ja: '圧縮ファイルですが、Excelのブックではありません。',
      en: 'It is an archive, but not an Excel workbook.',
    },
    saveAs,
  ),
  damaged: joined(
    { ja: 'Excelのブックが壊れていて読み取れません。', en: 'The Excel workbook is damaged.' },
    saveAs,
  ),
  'cell-error': {
    ja: '計算式のエラー（#N/A など）が入ったセルがあり、読み取れません。値に直してから送ってください。',
    en: 'A cell holds a formula error (#N/A or the like). Put a value there and send the file again.',
  },
  'unknown-type': joined(
    { ja: '表として読み取れない種類のファイルです。', en: 'This kind of file cannot be read as a table.' },
    saveAs,
  ),
  'bad-csv': joined(
    {
      ja: 'CSVの引用符（"）の閉じ忘れなどがあり、行を区切れません。',
      en: 'The rows of the CSV cannot be told apart, perhaps by a quotation mark (") that is never closed.',
    },
    saveAs,
  ),
}

export const unreadable = (code: UnreadableCode): Unreadable => ({ code, text: texts[code] })
