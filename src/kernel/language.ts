/** The languages the product speaks. Japanese is the default; English is complete. */
export type Language = 'ja' | 'en'

/** A short text in every language, for places that are read before the reader is known (help, errors). */
export type Bilingual = Readonly<Record<Language, string>>
