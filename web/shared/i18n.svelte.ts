// The languages. French is the source; the compiler holds English to its shape.
// Only the language in use is loaded.
import type fr from './i18n/fr'
import { Money } from './money'
import { Times } from './time'

export type Messages = typeof fr
export type Lang = 'fr' | 'en'

export const languages: Lang[] = ['fr', 'en']
const locales: Record<Lang, string> = { fr: 'fr-FR', en: 'en-GB' }
const load: Record<Lang, () => Promise<{ default: Messages }>> = {
  fr: () => import('./i18n/fr'),
  en: () => import('./i18n/en'),
}
const storageKey = 'opentote.lang'

/** choose picks the language of a visitor: what was chosen before, else what the browser prefers, else French. */
export function choose(stored: string | null, preferred: readonly string[]): Lang {
  const known = (s: string | null | undefined) => languages.find((l) => s?.toLowerCase().split('-')[0] === l)
  return known(stored) ?? preferred.map(known).find(Boolean) ?? 'fr'
}

class I18n {
  lang = $state<Lang>('fr')
  t = $state.raw({} as Messages)
  money = $state.raw(new Money('fr-FR'))
  times = $state.raw(new Times('fr-FR'))

  async start() {
    await this.use(choose(stored(), navigator.languages))
  }

  async use(lang: Lang) {
    const messages = (await load[lang]()).default
    this.lang = lang
    this.t = messages
    this.money = new Money(locales[lang])
    this.times = new Times(locales[lang])
    document.documentElement.lang = lang
  }

  /** keep uses a language and remembers it. */
  async keep(lang: Lang) {
    try {
      localStorage.setItem(storageKey, lang)
    } catch {
      // A browser without storage asks anew each time.
    }
    await this.use(lang)
  }
}

function stored(): string | null {
  try {
    return localStorage.getItem(storageKey)
  } catch {
    return null
  }
}

export const i18n = new I18n()
