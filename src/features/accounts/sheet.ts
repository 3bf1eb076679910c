// The printed sheet: one slip a person, several to a page of A4, to be cut apart. An HTML file that any browser prints,
// complete in itself: the codes are drawn in it, nothing is fetched.
import { encodeQR } from 'qr'
import type { OutgoingFile } from '../../chat/chat.ts'
import type { Language } from '../../kernel/language.ts'
import { reachTexts } from './texts-reach.ts'

export interface Slip {
  readonly name: string
  readonly title: string
  /** What the code leads to. */
  readonly url: string
}

export interface Sheet {
  readonly section: string
  readonly office: string
  /** 「5月10日(月)」 */
  readonly made: string
  readonly until: string
  readonly slips: readonly Slip[]
}

const safe = (text: string): string =>
  text.replace(/\p{Cc}/gu, ' ').replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)

/** One path of squares, sharp at any size. */
function codeSvg(url: string, alt: string): string {
  const rows = encodeQR(url, 'raw', { ecc: 'medium', border: 4 })
  const path = rows
    .flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : [])))
    .join('')
  return `<svg viewBox="0 0 ${rows.length} ${rows.length}" role="img" aria-label="${safe(alt)}" shape-rendering="crispEdges"><path d="${path}"/></svg>`
}

const style = `
@page{size:A4;margin:12mm}
*{box-sizing:border-box}
body{margin:0;font:11pt/1.6 "Hiragino Sans","Yu Gothic","Noto Sans CJK JP",sans-serif;color:#000}
header{margin:0 0 6mm}
h1{font-size:14pt;margin:0 0 2mm}
header p{margin:0}
.slip{display:flex;gap:6mm;align-items:center;height:62mm;padding:4mm 2mm;border-top:1px dashed #777;break-inside:avoid}
.slip svg{width:50mm;height:50mm;flex:none}
h2{font-size:15pt;margin:0 0 2mm}
.slip p{margin:0 0 2mm}
.quiet{font-size:9.5pt;color:#333}
@media screen{body{max-width:186mm;margin:12mm auto}}
`

export function sheetFile(sheet: Sheet, language: Language): OutgoingFile {
  const t = reachTexts(language).print
  const { section, office, made, until, slips } = sheet
  const drawn = slips.map(
    ({ name, title, url }) => `<section class="slip">${codeSvg(url, t.alt(name))}<div>
<h2>${safe(t.honorific(name))}</h2><p class="quiet">${safe([section, title].filter(Boolean).join(' '))}</p>
<p>${safe(t.greeting(office))}</p><p>${safe(t.how)}</p><p class="quiet">${safe(t.until(until))}</p></div></section>`,
  )
  const title = safe(t.page(section, made))
  const html = `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="robots" content="noindex"><title>${title}</title><style>${style}</style></head>
<body><header><h1>${title}</h1><p>${safe(t.handling)}</p></header>
${drawn.join('\n')}
</body></html>
`
  return {
    name: t.fileName(section.replace(/[\\/:*?"<>|\p{Cc}]/gu, '_')),
    mimeType: 'text/html; charset=utf-8',
    bytes: new TextEncoder().encode(html),
    comment: t.made(slips.length, section),
  }
}
