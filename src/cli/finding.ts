// What doctor finds: how it stands, and how it is mended.
export type Verdict = 'good' | 'note' | 'bad'

export interface Finding {
  readonly verdict: Verdict
  readonly about: string
  readonly ja: string
  readonly en: string
}

export const finding = (about: string, verdict: Verdict, ja: string, en: string): Finding => ({
  about,
  verdict,
  ja,
  en,
})
