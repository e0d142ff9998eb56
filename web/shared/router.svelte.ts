// A router over the History API. A route is a pattern such as "/race/:id".

export type Route<Name extends string> = { name: Name; params: Record<string, string> }

/** matchRoute finds the pattern a path fits; null when none does. */
export function matchRoute<Name extends string>(table: Record<Name, string>, path: string): Route<Name> | null {
  const parts = path.split('/').filter(Boolean)
  for (const [name, pattern] of Object.entries(table) as [Name, string][]) {
    const wants = pattern.split('/').filter(Boolean)
    if (wants.length !== parts.length) continue
    const params: Record<string, string> = {}
    const fits = wants.every((want, i) => {
      if (!want.startsWith(':')) return want === parts[i]
      params[want.slice(1)] = parts[i]!
      return true
    })
    if (fits) return { name, params }
  }
  return null
}

export class Router<Name extends string> {
  path = $state(location.pathname)
  /** How many times the visitor moved: 0 on the page that was loaded. */
  moves = $state(0)
  readonly route: Route<Name> | null

  constructor(table: Record<Name, string>) {
    this.route = $derived(matchRoute(table, this.path))
    addEventListener('popstate', () => this.#follow())
    addEventListener('click', (e) => this.#click(e))
  }

  go(path: string) {
    history.pushState(null, '', path)
    scrollTo(0, 0)
    this.#follow()
  }

  #follow() {
    if (this.path === location.pathname) return
    this.path = location.pathname
    this.moves++
  }

  // Plain clicks on the app's own links stay in the page; what the visitor
  // wants elsewhere (new tab, download, another site, an anchor) goes its way.
  #click(e: MouseEvent) {
    const a = (e.target as Element | null)?.closest?.('a')
    if (!a || e.defaultPrevented || e.button !== 0 || e.metaKey || e.ctrlKey || e.shiftKey || e.altKey) return
    if (a.target || a.hasAttribute('download') || a.origin !== location.origin) return
    if (a.hash && a.pathname === location.pathname) return
    e.preventDefault()
    this.go(a.pathname)
  }
}
