// What the end-to-end tests stand on: a browser, a server, and a runner.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { chromium } from 'playwright-core'
import { Mock } from '../mock-server.mjs'

/** given is the address of a real OpenTote server; without it tests run on the mock. */
export const given = process.env.BASE_URL?.replace(/\/$/, '')

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const args = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']

export const launch = () => chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args })

const tests = []

/** test adds one; mockOnly ones move the server's time or break it, so they need the mock. */
export const test = (name, run, options = {}) => tests.push({ name, run, ...options })
export const mockTest = (name, run, options = {}) => test(name, run, { ...options, mockOnly: true })

export function equal(got, want, what = 'value') {
  if (JSON.stringify(got) !== JSON.stringify(want)) throw new Error(`${what}: got ${JSON.stringify(got)}, want ${JSON.stringify(want)}`)
}

export function ok(value, what) {
  if (!value) throw new Error(what)
}

export const match = (got, re, what = 'text') => ok(re.test(got), `${what}: ${JSON.stringify(got)} does not match ${re}`)

/** until asks again until it is true: no sleeping for a guessed time. */
export async function until(what, check, ms = 10_000) {
  const end = Date.now() + ms
  for (;;) {
    if (await check()) return
    if (Date.now() > end) throw new Error(`waited ${ms} ms in vain for: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** visit opens a page in a browser of its own and keeps what went wrong in it. */
export async function visit(t, path, options = {}) {
  const { width = 1280, height = 900, lang = 'fr-FR', scheme = 'light', ...rest } = options
  const context = await t.browser.newContext({ viewport: { width, height }, locale: lang, colorScheme: scheme, ...rest })
  t.after.push(() => context.close())
  await context.addInitScript(() => {
    window.violations = []
    addEventListener('securitypolicyviolation', (e) => window.violations.push(`${e.violatedDirective} ${e.blockedURI} ${e.sample}`))
  })
  const page = await context.newPage()
  page.setDefaultTimeout(15_000)
  page.on('pageerror', (e) => t.problems.push(`page error: ${e.message}`))
  page.on('console', (m) => {
    if (m.type() === 'error' && !/Failed to load resource|ERR_/.test(m.text())) t.problems.push(`console: ${m.text()}`)
  })
  if (options.before) await options.before(page)
  await page.goto(t.base + path)
  await page.waitForSelector('[data-status], .notice')
  return page
}

/** someRace is a race of the day that fits, by the API. */
export async function someRace(t, fits = () => true) {
  const post = async (method, body) =>
    (await fetch(`${t.base}/opentote.v1.RacingService/${method}`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) })).json()
  const list = await post('ListMeetings', {})
  for (const race of (list.meetings ?? []).flatMap((m) => m.races ?? [])) {
    const whole = await post('GetRace', { raceId: race.raceId })
    if (fits(whole)) return whole
  }
  return null
}

/** noViolations runs axe on what the page shows. */
export async function accessible(page, what) {
  // Colours on their way from one scheme to the other are not what is shown.
  await page.evaluate(() => Promise.all(document.getAnimations().filter((a) => Number.isFinite(a.effect?.getComputedTiming().endTime)).map((a) => a.finished.catch(() => {}))))
  // The policy lets no script in; axe comes through the debugger's door.
  await page.evaluate(axe)
  const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }))
  const lines = found.violations.map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => `${n.target.join(' ')} ${n.failureSummary?.split('\n')[1] ?? ''}`).join(' | ')}`)
  ok(lines.length === 0, `${what}: axe finds ${lines.join('; ')}`)
}

/** fits: nothing sticks out of the page sideways. */
export async function fits(page, what) {
  const out = await page.evaluate(() => {
    const wide = document.documentElement.scrollWidth
    if (wide <= innerWidth) return ''
    const guilty = [...document.querySelectorAll('main *, header *')].filter((e) => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest('.scroll, .crumbs ol'))
    return `${wide} px in ${innerWidth}: ${guilty.slice(0, 4).map((e) => `${e.tagName}.${e.className.baseVal ?? e.className}`).join(', ')}`
  })
  ok(out === '', `${what} is too wide: ${out}`)
}

export async function run(only) {
  const browser = await launch()
  let passed = 0
  let failed = 0
  let skipped = 0
  for (const { name, run, mockOnly, mock: options } of tests) {
    if (only && !name.includes(only)) continue
    if (mockOnly && given) {
      skipped++
      continue
    }
    const t = { browser, base: given, mock: /** @type {Mock | null} */ (null), after: [], problems: [] }
    const began = Date.now()
    try {
      if (!given) {
        t.mock = new Mock(options)
        t.base = await t.mock.listen()
      }
      await run(t)
      if (t.problems.length > 0) throw new Error(t.problems.join('; '))
      passed++
      console.log(`ok   ${name} (${Date.now() - began} ms)`)
    } catch (err) {
      failed++
      console.log(`FAIL ${name}\n     ${String(err.stack ?? err).split('\n').slice(0, 6).join('\n     ')}`)
    } finally {
      for (const close of t.after.reverse()) await close()
      t.mock?.close()
    }
  }
  await browser.close()
  console.log(`e2e: ${passed} passed, ${failed} failed, ${skipped} skipped`)
  process.exit(failed > 0 || passed === 0 ? 1 : 0)
}
