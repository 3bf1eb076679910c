/** The languages the product speaks. Japanese is the default; English is complete. */
export type Language = 'ja' | 'en'
