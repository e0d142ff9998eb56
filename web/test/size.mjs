// Holds the first load of an app within its budget: what the browser must run
// before the first screen is whole, and its styles. Run after a build.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

const dist = join(import.meta.dirname, '..', 'dist')
const budgets = { board: { screens: ['Home', 'Race'], js: 60_000, css: 10_000 } }

const read = (name) => readFileSync(join(dist, name), 'utf8')
const size = (names) => [...names].reduce((sum, n) => sum + gzipSync(read(n), { level: 9 }).length, 0)

/** The scripts that one loads with it: its static imports, and theirs. */
function withImports(name, into = new Set()) {
  if (into.has(name)) return into
  into.add(name)
  for (const [, file] of read(name).matchAll(/(?:from|import)\s*["']\.\/([\w.-]+\.js)["']/g)) withImports(`assets/${file}`, into)
  return into
}

const kb = (n) => `${(n / 1000).toFixed(1)} kB`
let failed = 0
for (const [app, budget] of Object.entries(budgets)) {
  const page = read(`${app}/index.html`)
  const entry = page.match(/src="\/(assets\/[\w.-]+\.js)"/)[1]
  const reached = [...withImports(entry)].map(read).join('\n')
  // What the scripts load later, by the name of its source.
  const later = (name, ext) => reached.match(new RegExp(`assets/${name}-[\\w-]+\\.${ext}`))?.[0] ?? reached.match(new RegExp(`\\./${name}-[\\w-]+\\.${ext}`))?.[0].replace('./', 'assets/')
  for (const screen of budget.screens) {
    const scripts = withImports(entry)
    for (const name of [screen, 'fr']) withImports(later(name, 'js'), scripts)
    const styles = new Set([...page.matchAll(/href="\/(assets\/[\w.-]+\.css)"/g)].map((m) => m[1]))
    for (const [, css] of [...scripts].map(read).join('\n').matchAll(/["'](assets\/[\w.-]+\.css)["']/g)) {
      if (!budget.screens.some((s) => s !== screen && css.startsWith(`assets/${s}-`))) styles.add(css)
    }
    const js = size(scripts)
    const css = size(styles)
    const ok = js <= budget.js && css <= budget.css
    if (!ok) failed++
    console.log(`${ok ? 'ok  ' : 'FAIL'} ${app} ${screen}: scripts ${kb(js)} of ${kb(budget.js)} gzip (${scripts.size} files), styles ${kb(css)} of ${kb(budget.css)}`)
  }
}
console.log(failed ? 'the first load is over its budget' : 'within budget')
process.exit(failed ? 1 : 0)
