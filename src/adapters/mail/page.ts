// The pages behind the links. Every button is a form of its own that posts a pass; nothing here runs a script, and
// nothing is fetched from anywhere.
import type { Button, Card, Field, FieldErrors, Form, FormValues, Option } from '../../cards/card.ts'
import { fitLabel, languageOf } from '../../cards/fit.ts'
import { slackLimits } from '../../cards/limits.ts'
import type { OutgoingFile } from '../../chat/chat.ts'
import type { Language } from '../../kernel/language.ts'
import { type Html, markup, textHtml } from './html.ts'
import { type Doing, type Door, type Holder, newKey, type Passes, pageHours } from './links.ts'
import { type Drawn, drawCard, type Surface } from './pieces.ts'
import { textsIn } from './texts.ts'

/** What a page's buttons are made with. */
export interface Making {
  readonly passes: Passes
  readonly to: Holder
  readonly now: Temporal.Instant
}

/** Where pages post to. */
export const postPath = '/m'

const style = `
*{box-sizing:border-box}
body{margin:0;background:#f4f6f8;color:#1a2b3c;font:17px/1.7 sans-serif}
main{max-width:640px;margin:0 auto;padding:24px 20px 48px;background:#fff;min-height:100vh}
h1{font-size:22px;line-height:1.4;margin:8px 0 16px}
form{margin:0}
button,.file{display:inline-block;font:inherit;font-weight:bold;padding:10px 20px;margin:6px 8px 8px 0;border-radius:6px;border:1px solid #6b7c8d;background:#eef2f6;color:#1a2b3c;cursor:pointer;min-height:44px;text-decoration:none}
button.primary{background:#1a5490;border-color:#1a5490;color:#fff}
button.danger{background:#8a3324;border-color:#8a3324;color:#fff}
button:focus-visible,a:focus-visible,input:focus-visible,select:focus-visible,textarea:focus-visible,summary:focus-visible{outline:3px solid #f0a500;outline-offset:2px}
label,legend{font-weight:bold;display:block}
fieldset{border:0;padding:0;margin:0 0 20px}
.field{margin:0 0 20px}
.hint{color:#555;font-size:15px;margin:0}
.wrong{color:#8a3324;font-weight:bold;margin:0 0 4px}
input[type=text],input[type=number],input[type=date],input[type=time],select,textarea{font:inherit;width:100%;padding:10px;border:1px solid #6b7c8d;border-radius:6px;background:#fff;min-height:44px}
.choice{font-weight:normal;display:flex;gap:10px;align-items:baseline;padding:4px 0}
summary{cursor:pointer;font-weight:bold;padding:10px 0}
footer{margin-top:32px;color:#555;font-size:14px}
`

/** A whole page. */
export function pageHtml(title: string, language: Language, body: Html, foot?: string): string {
  const { page } = textsIn(language)
  return markup`<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="robots" content="noindex,nofollow,noarchive"><title>${fitLabel(title, 150)} - ${page}</title><style>${{ html: style }}</style></head>
<body><main>
${body}
${foot === undefined ? undefined : markup`<footer>${foot}</footer>`}
</main></body></html>
`.html
}

const hidden = (pass: string): Html => markup`<input type="hidden" name="t" value="${pass}">`
const posting = (inside: Html): Html => markup`<form method="post" action="${postPath}">${inside}</form>`
const classOf = (look: Button['style']): Html => (look ? markup` class="${look}"` : markup``)

export function passFor(
  making: Making,
  does: Doing,
  { label, language }: Pick<Door, 'label' | 'language'>,
): string {
  const { passes, to, now } = making
  return passes.write({ to, key: newKey(), label, language, until: now.add({ hours: pageHours }), does })
}

export function pageSurface(making: Making, language: Language): Surface {
  const t = textsIn(language)
  return {
    language,
    press({ label, action, style: look, confirm }): Drawn {
      const shown = fitLabel(label, slackLimits.buttonText)
      const pass = passFor(making, { type: 'press', action }, { label: shown, language })
      const button = (words: string) =>
        posting(
          markup`${hidden(pass)}<button${classOf(look)}>${fitLabel(words, slackLimits.buttonText)}</button>`,
        )
      const html = confirm
        ? markup`<details><summary>${shown}</summary><p><strong>${textHtml(confirm.title, 300)}</strong></p><p>${textHtml(confirm.text, 1_000)}</p>${button(confirm.yes)}</details>`
        : button(shown)
      return { html, text: shown }
    },
    choose({ label, action, options, selected }): Drawn {
      const shown = fitLabel(label, 200)
      const values = options.map(({ value }) => value)
      const pass = passFor(making, { type: 'press', action, options: values }, { label: shown, language })
      const id = `s${pass.slice(-12)}`
      return {
        html: posting(
          markup`${hidden(pass)}<div class="field"><label for="${id}">${shown}</label>${menu('s', id, options, selected)}</div><button>${t.goOn}</button>`,
        ),
        text: shown,
      }
    },
  }
}

/** Options are sent by their place: what they stand for stays sealed. */
function menu(name: string, id: string, options: readonly Option[], selected?: string, blank?: string): Html {
  return markup`<select name="${name}" id="${id}">${
    blank === undefined ? undefined : markup`<option value="">${blank}</option>`
  }${options.map(
    ({ label, value }, at) =>
      markup`<option value="${at}"${value === selected ? markup` selected` : undefined}>${fitLabel(label, slackLimits.optionText)}</option>`,
  )}</select>`
}

/** The line that is the page's title already is not said again below it. */
const withoutTitle = (card: Card): Card => {
  const [first, ...others] = card.blocks
  const same = (first?.type === 'text' || first?.type === 'heading') && first.text === card.summary
  return same && others.length > 0 ? { ...card, blocks: others } : card
}

/** What a card says, and what came with it. */
export function cardPage(
  cards: readonly Card[],
  files: readonly OutgoingFile[],
  making: Making,
  fallback: Language,
): string {
  const [first] = cards
  const language = first ? languageOf(first) : fallback
  const t = textsIn(language)
  const drawn = cards.map((card) => drawCard(withoutTitle(card), pageSurface(making, languageOf(card))).html)
  const given = files.map(
    (file) =>
      markup`<p><a class="file" download="${fitLabel(file.name, 100)}" href="data:${file.mimeType};base64,${Buffer.from(file.bytes).toString('base64')}">${t.file(fitLabel(file.name, 100))}</a></p>`,
  )
  const home = passFor(making, { type: 'home' }, { label: t.home, language })
  const title = first?.summary ?? t.done
  return pageHtml(
    title,
    language,
    markup`<h1>${fitLabel(title, 200)}</h1>${drawn}${given}<nav>${posting(markup`${hidden(home)}<button>${t.again}</button>`)}</nav>`,
    t.yours,
  )
}

/** What a link would do, and the one button that does it. */
export function askPage(door: Door, pass: string, wrong?: 'check'): string {
  const { language, does, check } = door
  const t = textsIn(language)
  const label = does.type === 'home' ? t.home : door.label
  const checking =
    check === undefined
      ? undefined
      : markup`<div class="field"><label for="c">${t.check}</label>${
          wrong ? markup`<p class="wrong" id="e">${t.checkWrong}</p>` : undefined
        }<p class="hint" id="h">${t.checkHint}</p><input type="text" id="c" name="c" required autocomplete="off" maxlength="40" aria-describedby="h${wrong ? markup` e` : undefined}"></div>`
  return pageHtml(
    label,
    language,
    markup`<h1>${label}</h1><p>${textHtml(door.ask ?? (does.type === 'home' ? t.opens : t.asks), 600)}</p>${posting(
      markup`${hidden(pass)}${checking}<button class="primary">${label}</button>`,
    )}`,
    t.yours,
  )
}

export function problemPage(kind: 'bad' | 'expired' | 'tooMany' | 'failed'): string {
  const both = (['ja', 'en'] as const).map((language) => {
    const { title, text } = textsIn(language)[kind]
    return markup`<section lang="${language}"><h1>${title}</h1><p>${text}</p></section>`
  })
  return pageHtml(textsIn('ja')[kind].title, 'ja', markup`${both}`)
}

export interface Filled {
  readonly values: FormValues
  readonly errors: FieldErrors
  /** People found for what was written into a field. */
  readonly found?: Readonly<Record<string, readonly Option[]>>
}

/** A dialog as a page. `filled`: what was entered before, and what is to be mended. */
export function formPage(form: Form, making: Making, filled?: Filled): string {
  const language = languageOf(form)
  const t = textsIn(language)
  const pass = passFor(making, { type: 'form', form }, { label: fitLabel(form.title, 80), language })
  const fields = form.fields.map((field, at) => fieldHtml(field, at, language, filled))
  const wrong = filled && Object.keys(filled.errors).length > 0
  return pageHtml(
    form.title,
    language,
    markup`<h1>${fitLabel(form.title, 150)}</h1>${wrong ? markup`<p class="wrong" role="alert">${t.mend}</p>` : undefined}${
      form.intro === undefined ? undefined : markup`<p>${textHtml(form.intro)}</p>`
    }${posting(markup`${hidden(pass)}${fields}<button class="primary">${fitLabel(form.submit, 60)}</button>`)}`,
    t.yours,
  )
}

const listOf = (value: FormValues[string] | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === 'string' ? [value] : value

/** What a field holds when the page is opened. */
function held(field: Field, filled: Filled | undefined): readonly string[] {
  if (filled) return listOf(filled.values[field.name])
  if (field.type === 'multiselect' || field.type === 'checkboxes') return field.values ?? []
  if (field.value === undefined) return []
  const value = String(field.value)
  return value === '' || value === 'NaN' ? [] : [value]
}

function fieldHtml(field: Field, at: number, language: Language, filled: Filled | undefined): Html {
  const t = textsIn(language)
  const id = `v${at}`
  const error = filled?.errors[field.name]
  const name = `${fitLabel(field.label, 200)}${field.optional ? t.optional : ''}`
  const hint = field.hint ? markup`<p class="hint" id="h${at}">${textHtml(field.hint, 1_000)}</p>` : undefined
  const mend = error ? markup`<p class="wrong" id="e${at}">${error}</p>` : undefined
  const told = [...(hint ? [`h${at}`] : []), ...(mend ? [`e${at}`] : [])].join(' ')
  const about = markup`id="${id}" name="${id}"${told ? markup` aria-describedby="${told}"` : undefined}${
    mend ? markup` aria-invalid="true"` : undefined
  }`
  const needed = field.optional ? undefined : markup` required`
  const [value] = held(field, filled)
  const given = value === undefined ? undefined : markup` value="${value}"`
  const boxed = (input: Html) =>
    markup`<div class="field"><label for="${id}">${name}</label>${mend}${hint}${input}</div>`
  switch (field.type) {
    case 'text':
      return boxed(
        field.multiline
          ? markup`<textarea ${about} rows="5"${field.maxLength ? markup` maxlength="${field.maxLength}"` : undefined}${needed}>
${value ?? ''}</textarea>`
          : markup`<input type="text" ${about}${given}${field.maxLength ? markup` maxlength="${field.maxLength}"` : undefined}${needed}>`,
      )
    case 'number':
      return boxed(
        markup`<input type="number" step="any" ${about}${given}${field.min === undefined ? undefined : markup` min="${field.min}"`}${field.max === undefined ? undefined : markup` max="${field.max}"`}${needed}>`,
      )
    case 'date':
    case 'time':
      return boxed(markup`<input type="${field.type}" ${about}${given}${needed}>`)
    case 'select':
      return boxed(
        menu(id, id, field.options, value, field.optional || value === undefined ? t.unchosen : undefined),
      )
    case 'multiselect':
    case 'checkboxes': {
      const chosen = new Set(held(field, filled))
      return markup`<fieldset${told ? markup` aria-describedby="${told}"` : undefined}><legend>${name}</legend>${mend}${hint}${field.options.map(
        (option, place) =>
          markup`<label class="choice"><input type="checkbox" name="${id}" value="${place}"${chosen.has(option.value) ? markup` checked` : undefined}> <span>${fitLabel(option.label, 200)}</span></label>`,
      )}</fieldset>`
    }
    case 'person':
      return boxed(personHtml(field, at, t, filled, about))
    default:
      return field satisfies never
  }
}

/** Nobody is sent a list of everybody: a name is written, and of those who are found one is chosen. */
function personHtml(
  field: Extract<Field, { type: 'person' }>,
  at: number,
  t: ReturnType<typeof textsIn>,
  filled: Filled | undefined,
  about: Html,
): Html {
  const found = filled?.found?.[field.name] ?? []
  const preset = !filled && field.value ? [{ value: field.value, label: field.shown ?? field.value }] : []
  const people = found.length > 0 ? found : preset
  const choice =
    people.length === 0
      ? undefined
      : markup`<select name="p${at}" aria-label="${t.whichColleague}">${found.length > 0 ? markup`<option value="">${t.whichColleague}</option>` : undefined}${people.map(
          ({ label, value }) => markup`<option value="${value}">${fitLabel(label, 100)}</option>`,
        )}<option value="">${t.unchosen}</option></select>`
  return markup`${choice}<p class="hint">${t.colleague}</p><input type="text" ${about} autocomplete="off" maxlength="50">`
}
