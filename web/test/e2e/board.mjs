// The board as a visitor meets it. Tests that go by any server are tolerant of
// which races it has.
import { accessible, equal, fits, match, mockTest, ok, someRace, test, until, visit } from './kit.mjs'

const hasOdds = (w) => (w.state?.pools ?? []).some((p) => (p.odds ?? []).some((o) => Number(o.low) > 0))
const hasDividends = (w) => (w.state?.pools ?? []).some((p) => p.result)

test('home shows races with a word for their status, and the operator’s clock moves', async (t) => {
  const page = await visit(t, '/')
  ok((await page.locator('[data-status]').count()) > 0, 'no status')
  match(await page.locator('[data-status]').first().innerText(), /\S/)
  ok((await page.locator('table a[href^="/race/"]').count()) > 0, 'no race in the programme')
  const clock = page.getByTestId('clock')
  const before = await clock.innerText()
  match(before, /^\d\d:\d\d:\d\d$/)
  await until('the clock to move', async () => (await clock.innerText()) !== before)
})

test('a race opens from the programme, and back leads back', async (t) => {
  const page = await visit(t, '/')
  const link = page.locator('table a[href^="/race/"]').first()
  const href = await link.getAttribute('href')
  await link.click()
  await page.waitForSelector('[data-runner]')
  equal(new URL(page.url()).pathname, href, 'path')
  equal(await page.evaluate(() => document.activeElement?.id), 'main', 'focus after moving')
  match(await page.title(), /^R\d+ C\d+ .+ · OpenTote$/, 'title')
  await page.goBack()
  await page.waitForSelector('table a[href^="/race/"]')
  equal(new URL(page.url()).pathname, '/', 'path after back')
})

test('a race’s address can be loaded, and says what its runners are', async (t) => {
  const { race } = await someRace(t)
  const page = await visit(t, `/race/${race.raceId}`)
  equal(await page.locator('[data-runner]').count(), race.runners.length, 'runners')
  const order = await page.locator('[data-runner]').evaluateAll((rows) => rows.map((r) => Number(r.dataset.runner)))
  equal(order, [...order].sort((a, b) => a - b), 'order')
})

test('odds sort by key', async (t) => {
  const whole = await someRace(t, hasOdds)
  if (!whole) return
  const page = await visit(t, `/race/${whole.race.raceId}`)
  await page.getByRole('button', { name: 'Gagnant' }).focus()
  await page.keyboard.press('Enter')
  equal(await page.locator('th[aria-sort]').innerText(), 'Gagnant', 'sorted column')
  const odds = (await page.locator('[data-runner] td.odds:nth-of-type(2) .strong .value').allInnerTexts()).map((s) => Number(s.replace(/[\s\u202f\u00a0]/g, '').replace(',', '.')))
  const rising = odds.every((o, i) => i === 0 || o >= odds[i - 1])
  ok(odds.length > 1 && rising, `not in order: ${odds}`)
})

test('languages: chosen by the browser, switched, remembered', async (t) => {
  const page = await visit(t, '/', { lang: 'en-GB' })
  equal(await page.evaluate(() => document.documentElement.lang), 'en', 'language')
  await page.getByRole('button', { name: 'Français' }).click()
  await page.waitForSelector('html[lang=fr]')
  ok(await page.getByRole('heading', { name: /Programme du/ }).count(), 'heading in French')
  await page.reload()
  await page.waitForSelector('html[lang=fr]')
})

test('the skip link is the first stop of the keyboard and leads to the content', async (t) => {
  const page = await visit(t, '/')
  await page.keyboard.press('Tab')
  equal(await page.evaluate(() => document.activeElement?.textContent), 'Aller au contenu', 'first stop')
  await page.keyboard.press('Enter')
  await until('the focus in main', () => page.evaluate(() => document.activeElement?.id === 'main'))
})

test('unknown addresses and races say so and lead back', async (t) => {
  const page = await visit(t, '/nowhere')
  await page.getByRole('link', { name: 'Retour au direct' }).click()
  await page.waitForSelector('[data-status]')
  for (const id of ['1', 'abc']) {
    const lost = await visit(t, `/race/${id}`)
    ok(await lost.getByText(/pas au programme/).count(), `race ${id} is not told to be unknown`)
  }
})

test('earlier days can be looked at', async (t) => {
  const page = await visit(t, '/')
  const earlier = page.getByRole('link', { name: 'Journée précédente' })
  if ((await earlier.count()) === 0) return // the server has one day
  await earlier.click()
  await page.waitForURL(/\/day\/\d{8}$/)
  await page.waitForSelector('[data-status]')
  await page.getByRole('link', { name: 'Revenir au direct' }).click()
  await until('home', () => new URL(page.url()).pathname === '/')
})

test('the content policy holds and nothing breaks it', async (t) => {
  const { race } = (await someRace(t, hasOdds)) ?? (await someRace(t))
  for (const path of ['/', `/race/${race.raceId}`, '/nowhere']) {
    const res = await fetch(t.base + path)
    const policy = res.headers.get('content-security-policy') ?? ''
    match(policy, /default-src 'self'/, `policy of ${path}`)
    ok(!/unsafe|data:/.test(policy), `the policy of ${path} is too wide: ${policy}`)
    const page = await visit(t, path)
    await page.evaluate(() => document.fonts.ready)
    equal(await page.evaluate(() => window.violations), [], `violations on ${path}`)
    ok(await page.evaluate(() => [...document.fonts].some((f) => f.status === 'loaded')), 'the font is not loaded')
  }
})

/** screens are the addresses of every kind of screen this server can show. */
async function screens(t) {
  const races = [await someRace(t, hasOdds), await someRace(t, hasDividends)].filter(Boolean)
  return ['/', '/nowhere', '/race/1', ...races.map((w) => `/race/${w.race.raceId}`)]
}

for (const lang of ['fr-FR', 'en-GB']) {
  test(`nothing sticks out from 320 px on: ${lang}`, async (t) => {
    for (const path of await screens(t)) {
      const page = await visit(t, path, { lang })
      for (const width of [320, 360, 390, 640, 768, 1000, 1280]) {
        await page.setViewportSize({ width, height: 844 })
        await fits(page, path)
      }
    }
  })

  test(`axe finds nothing, light or dark, wide or narrow: ${lang}`, async (t) => {
    for (const path of await screens(t)) {
      const page = await visit(t, path, { lang })
      for (const [scheme, width] of [['light', 1280], ['dark', 390]]) {
        await page.emulateMedia({ colorScheme: scheme })
        await page.setViewportSize({ width, height: 844 })
        await accessible(page, `${path} ${scheme} ${width}`)
      }
    }
  })
}

test('the working of a pool opens on a sheet, in the language chosen, fits a phone and can be closed', async (t) => {
  const paid = await someRace(t, (w) => (w.state?.pools ?? []).some((p) => p.result && Number(p.totalCents) > 0))
  if (!paid) return
  for (const [lang, width, name, mass, close] of [['fr-FR', 360, /^Détail du calcul/, /Masse à partager|Tous les paris sont remboursés/, 'Fermer'], ['en-GB', 1280, /^How it was computed/, /Mass: |All bets are refunded/, 'Close']]) {
    const page = await visit(t, `/race/${paid.race.raceId}`, { lang, width, height: 740 })
    const button = page.getByRole('button', { name }).first()
    await button.click()
    const sheet = page.getByRole('dialog')
    await sheet.getByText(mass).first().waitFor()
    ok((await sheet.getByRole('heading', { level: 3 }).count()) >= 3, 'a working has few sections')
    await fits(page, `the working at ${width}`)
    equal(await sheet.evaluate((e) => e.scrollWidth > e.clientWidth), false, 'the sheet scrolls sideways')
    for (const scheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme: scheme })
      await accessible(page, `the working at ${width}, ${scheme}`)
    }
    await page.keyboard.press('Escape')
    await until('the sheet to close', async () => (await sheet.count()) === 0)
    equal(await page.evaluate(() => document.activeElement?.className.includes('show')), true, 'focus back on the button')
    await button.click()
    await sheet.getByRole('button', { name: close }).click()
    await until('the sheet to close again', async () => (await sheet.count()) === 0)
  }
})

test('with reduced motion nothing moves', async (t) => {
  const page = await visit(t, '/', { reducedMotion: 'reduce' })
  const moving = await page.evaluate(() => document.getAnimations().filter((a) => a.effect?.getTiming().duration > 1).length)
  equal(moving, 0, 'animations')
})

test('prints without its tools', async (t) => {
  const { race } = await someRace(t)
  const page = await visit(t, `/race/${race.raceId}`)
  await page.emulateMedia({ media: 'print' })
  equal(await page.locator('.langs, .tools, .crumbs').evaluateAll((all) => all.filter((e) => e.checkVisibility()).length), 0, 'tools on paper')
  ok(await page.locator('[data-runner]').first().isVisible(), 'no runners on paper')
  ok((await page.pdf()).length > 1000, 'no PDF')
})

const open = '202511230103' // R1 C3, 14:25
const nonRunner = '202511230202' // R2 C2, 14:07; number 3 is out from 14:03
const deadHeat = '202511230104' // R1 C4, 15:00

mockTest('odds move by themselves, with an arrow and a word', async (t) => {
  const page = await visit(t, `/race/${open}`)
  await until('the stream', () => t.mock.streams.size === 1)
  const first = await page.locator('[data-runner] .strong .value').allInnerTexts()
  t.mock.advance(60_000)
  await page.waitForSelector('[data-runner] svg.up')
  await page.waitForSelector('[data-runner] svg.down')
  ok(JSON.stringify(await page.locator('[data-runner] .strong .value').allInnerTexts()) !== JSON.stringify(first), 'no odd moved')
  match(await page.locator('[data-runner] .odd:has(svg.down)').first().innerText(), /en baisse, était/)
})

mockTest('the countdown runs at the operator’s rate', async (t) => {
  const page = await visit(t, `/race/${deadHeat}`, { before: (p) => p.clock.install() }) // in 59 minutes
  const minutes = async () => Number((await page.getByTestId('countdown').innerText()).match(/^(\d+) min$/)[1])
  const before = await minutes()
  await page.clock.runFor(10_000) // the visitor's time: ten minutes of the operator's
  const passed = before - (await minutes())
  ok(passed >= 9, `${passed} minutes in ten seconds`)
  match(await page.locator('header').innerText(), /×60/)
}, { mock: { rate: 60 } })

mockTest('a gap is healed by asking that race anew', async (t) => {
  const page = await visit(t, `/race/${open}`)
  await until('the stream', () => t.mock.streams.size === 1)
  t.mock.lose(30_000)
  t.mock.advance(30_000)
  await until('a second watch', () => t.mock.asked.filter((a) => a.method === 'WatchRace').length === 2)
  equal(t.mock.asked.at(-1).body.seen, {}, 'seen')
  const best = t.mock.state(open).pools.find((p) => p.bet === 'E_SIMPLE_GAGNANT')
  const want = (Number(best.odds[0].low) / 100).toFixed(1).replace('.', ',')
  await until('the odds of now', async () => (await page.locator('[data-runner="1"] .strong .value').innerText()) === want)
  equal(await page.getByTestId('banner').count(), 0, 'banner')
})

mockTest('a cut is told, and mended from where it was', async (t) => {
  const page = await visit(t, `/race/${open}`)
  await until('the stream', () => t.mock.streams.size === 1)
  t.mock.refuse = true
  t.mock.cut()
  await page.getByTestId('banner').waitFor()
  match(await page.getByTestId('banner').innerText(), /Direct interrompu/)
  const seq = t.mock.seqOf(open)
  t.mock.refuse = false
  t.mock.advance(30_000)
  await page.getByTestId('banner').waitFor({ state: 'detached' })
  equal(t.mock.asked.filter((a) => a.method === 'WatchRace').at(-1).body.seen, { [open]: String(seq) }, 'seen')
})

mockTest('old odds are greyed and their age is told', async (t) => {
  const page = await visit(t, `/race/${open}`, { before: (p) => p.clock.install() })
  await until('the stream', () => t.mock.streams.size === 1)
  await page.clock.runFor(1000)
  equal(await page.locator('.odd.stale').count(), 0, 'stale at once')
  t.mock.mute = true
  await page.clock.runFor(14_000)
  await page.getByTestId('stale').waitFor()
  match(await page.getByTestId('stale').innerText(), /il y a \d\d s/)
  ok((await page.locator('.odd.stale').count()) > 10, 'odds are not greyed')
  await accessible(page, 'stale odds')
  t.mock.mute = false
  await until('fresh odds', async () => {
    t.mock.beat()
    await page.clock.runFor(300)
    return (await page.getByTestId('stale').count()) === 0
  })
})

mockTest('a hidden page rests its stream and takes it up again', async (t) => {
  const page = await visit(t, `/race/${open}`)
  await until('the stream', () => t.mock.streams.size === 1)
  const hide = (hidden) =>
    page.evaluate((h) => {
      Object.defineProperty(document, 'hidden', { value: h, configurable: true })
      document.dispatchEvent(new Event('visibilitychange'))
    }, hidden)
  await hide(true)
  await until('no stream', () => t.mock.streams.size === 0)
  const seq = t.mock.seqOf(open)
  t.mock.advance(60_000)
  await hide(false)
  await until('the stream again', () => t.mock.streams.size === 1)
  equal(t.mock.asked.at(-1).body.seen, { [open]: String(seq) }, 'seen')
  await page.waitForSelector('[data-runner] svg.up')
})

mockTest('home has one stream, races one of their own', async (t) => {
  const page = await visit(t, '/')
  await until('the stream', () => t.mock.streams.size === 1)
  equal(t.mock.asked.at(-1).body.day, 20251123, 'day watched')
  await page.locator('table a[href^="/race/"]').first().click()
  await page.waitForSelector('[data-runner]')
  await until('one stream', () => t.mock.streams.size === 1 && t.mock.asked.some((a) => a.body.raceIds?.length === 1))
})

mockTest('a non-runner is struck out, in words, and said aloud', async (t) => {
  const page = await visit(t, `/race/${nonRunner}`)
  await until('the stream', () => t.mock.streams.size === 1)
  t.mock.to('2025-11-23T13:03:30Z')
  const row = page.locator('[data-runner="3"]')
  await row.getByText('Non-partant').waitFor()
  equal(await row.locator('s').count(), 1, 'struck out')
  equal(await row.locator('.odd').count(), 0, 'odds of a non-runner')
  match(await page.getByTestId('announcer').innerText(), /Réunion 2, course 2 : le 3, .+ est non-partant/)
})

mockTest('a race lives: suspended, off, provisional, official, paid', async (t) => {
  const page = await visit(t, `/race/${open}`)
  await until('the stream', () => t.mock.streams.size === 1)
  const at = async (time, status, word) => {
    t.mock.to(`2025-11-23T${time}Z`)
    await page.waitForSelector(`main [data-status=${status}]`)
    await until(`${word} aloud`, async () => (await page.getByTestId('announcer').innerText()).includes(word))
  }
  await at('13:16:00', 'suspended', 'Paris suspendus')
  await at('13:18:00', 'open', 'Paris ouverts')
  await at('13:25:10', 'stopped', 'Paris clos')
  await at('13:28:30', 'provisional', 'Arrivée provisoire')
  match(await page.locator('main').innerText(), /elle peut encore changer, rien n’est payé/)
  await at('13:30:10', 'official', 'Arrivée officielle')
  match(await page.getByTestId('announcer').innerText(), /arrivée : \d+, \d+/)
  match(await page.locator('main').innerText(), /Les rapports seront publiés après/)
  await at('13:31:10', 'payable', 'Payable')
  match(await page.getByTestId('dividends').innerText(), /Simple Gagnant[\s\S]+\d,\d\d\s€/)
})

mockTest('a dead heat is said clearly, and dividends name a non-runner', async (t) => {
  const page = await visit(t, `/race/${deadHeat}`)
  await page.getByTestId('dividends').waitFor()
  const order = await page.getByTestId('arrival').locator('th[scope=row]').allInnerTexts()
  equal(order.map((s) => s.replace(/\s+/g, ' ')), ['1er', '2e ex æquo', '4e', '5e'], 'places')
  match(await page.locator('main').innerText(), /Ex æquo à la 2e place : .+ et .+\./)
  const text = await page.getByTestId('dividends').innerText()
  match(text, /Avec un non-partant[\s\S]+NP/)
  await accessible(page, 'dividends')
}, { mock: { now: '2025-11-23T14:30:00Z' } })

const every = '202511230105' // R1 C5, 14:35; every bet, number 5 out, two thirds

mockTest('every bet and rank has its words; orders, dead heats and non-runners are read out', async (t) => {
  const page = await visit(t, `/race/${every}`)
  const tables = page.getByTestId('dividends').locator('[data-bet]')
  const text = async (bet) => (await page.locator(`[data-bet=${bet}]`).innerText()).replace(/[\s›–]+/g, ' ').replaceAll(' ,', ',')
  equal(
    await tables.evaluateAll((all) => all.map((e) => e.dataset.bet)),
    ['SIMPLE_GAGNANT', 'SIMPLE_PLACE', 'COUPLE_GAGNANT', 'COUPLE_PLACE', 'COUPLE_ORDRE', 'TRIO', 'DEUX_SUR_QUATRE', 'TIERCE', 'QUARTE_PLUS', 'MULTI', 'MINI_MULTI', 'PICK5'],
    'order of the bets',
  )
  const [a, b, c, d] = t.mock.state(every).arrival.flatMap((p) => p.horses)
  match(await text('QUARTE_PLUS'), new RegExp(`Dans l’ordre ?: ${a}, puis ${b}, puis ${c} = ex æquo avec ${d} `), 'a dead heat in an order')
  match(await text('QUARTE_PLUS'), /Dans le désordre .+ Bonus .+ Bonus avec un non-partant .+NP/)
  match(await text('TIERCE'), /Dans l’ordre .+ Dans le désordre .+ Avec un non-partant .+NP.+ Avec deux non-partants .+NP.+NP/)
  match(await text('COUPLE_ORDRE'), /ordre exact.+ NP, puis \d/)
  match(await text('MULTI'), /n’importe quel ordre.+ en 4 .+ en 5 .+ en 6 .+ en 7 .+rapports minimaux/)
  match(await text('MINI_MULTI'), /Aucun enjeu\.$/, 'an empty pool')
  match(await text('PICK5'), /Personne ne détient une combinaison gagnante : ce qui était à partager est gardé/)
  for (const rank of await page.locator('[data-bet] .rank').allInnerTexts()) ok(!/[_]|^[A-Z0-9 ]+$/.test(rank), `a rank without words: ${rank}`)
}, { mock: { now: '2025-11-23T14:50:00Z' } })

mockTest('many lines are folded, unfolded by key, and all there on paper', async (t) => {
  const page = await visit(t, `/race/${every}`)
  const placed = page.locator('[data-bet=COUPLE_PLACE]')
  const shown = () => placed.locator('tbody tr').evaluateAll((rows) => rows.filter((e) => e.checkVisibility()).length)
  const all = await placed.locator('tbody tr').count()
  const folded = await shown()
  ok(folded < all, `${folded} of ${all} lines`)
  await page.emulateMedia({ media: 'print' })
  equal(await shown(), all, 'lines on paper')
  await page.emulateMedia({ media: 'screen' })
  await placed.getByRole('button', { name: /Afficher \d+ lignes? de plus/ }).focus()
  await page.keyboard.press('Enter')
  equal(await shown(), all, 'unfolded')
}, { mock: { now: '2025-11-23T14:50:00Z' } })

for (const [when, now] of [['open', '2025-11-23T14:30:00Z'], ['paid', '2025-11-23T14:50:00Z']]) {
  mockTest(`a race with every bet, ${when}: fits, and axe finds nothing`, async (t) => {
    for (const [lang, scheme] of [['fr-FR', 'light'], ['en-GB', 'dark']]) {
      const page = await visit(t, `/race/${every}`, { lang, scheme })
      for (const more of await page.locator('[data-bet] button').all()) await more.click()
      for (const width of [320, 390, 768, 1280]) {
        await page.setViewportSize({ width, height: 844 })
        await fits(page, `${lang} ${width}`)
      }
      for (const width of [1280, 390]) {
        await page.setViewportSize({ width, height: 844 })
        await accessible(page, `${lang} ${width}`)
      }
    }
  }, { mock: { now } })
}

mockTest('pairs of several pools: one is chosen; a Couplé Ordre has both orders', async (t) => {
  const page = await visit(t, `/race/${every}`)
  const cells = () => page.locator('.gridtable .cell').count()
  const pairs = page.locator('section[aria-labelledby=pairs]')
  equal(await pairs.getByRole('radio').count(), 4, 'pools to choose')
  ok(await pairs.getByRole('radio', { name: 'Couplé Gagnant' }).isChecked(), 'the first is not chosen')
  equal(await cells(), (19 * 18) / 2, 'cells')
  await pairs.getByRole('radio', { name: 'Couplé Ordre' }).check({ force: true })
  equal(await cells(), 19 * 18, 'cells of both orders')
  match((await pairs.innerText()).replace(/\s+/g, ' '), /Le premier en ligne.+deuxième en colonne/)
  await page.getByRole('radio', { name: 'Points de vente' }).check({ force: true })
  await until('the shops’ pools', async () => (await pairs.getByRole('radio').count()) === 3)
  equal(await cells(), (19 * 18) / 2, 'cells in shops')
}, { mock: { now: '2025-11-23T14:30:00Z' } })

mockTest('Trios: the twenty most backed, until the race is paid', async (t) => {
  const page = await visit(t, `/race/${every}`)
  const trios = page.locator('section[aria-labelledby=trios]')
  equal(await trios.locator('tbody tr').count(), 20, 'Trios listed')
  match((await trios.locator('tbody tr').first().innerText()).replace(/\s+/g, ' '), /^\d+ ?– ?,? ?\d+ ?– ?,? ?\d+ [\d,]+/)
  await accessible(page, 'Trios')
}, { mock: { now: '2025-11-23T14:30:00Z' } })

mockTest('refunds say why', async (t) => {
  const page = await visit(t, '/race/202511230203')
  match(await page.getByTestId('dividends').innerText(), /Tous les paris sont remboursés : la course est annulée\./)
  const other = await visit(t, '/race/202511230102', { lang: 'en-GB' })
  match(await other.getByTestId('dividends').innerText(), /refunded: the money to share cannot pay the minimum dividend\./)
}, { mock: { now: '2025-11-23T14:30:00Z' } })

mockTest('networks are switched, and the choice stays', async (t) => {
  const page = await visit(t, `/race/${open}`)
  const odds = () => page.locator('[data-runner] .strong .value').allInnerTexts()
  const online = JSON.stringify(await odds())
  await page.getByRole('radio', { name: 'Points de vente' }).check({ force: true })
  await until('other odds', async () => JSON.stringify(await odds()) !== online)
  await page.reload()
  await page.waitForSelector('[data-runner]')
  ok(await page.getByRole('radio', { name: 'Points de vente' }).isChecked(), 'not remembered')
})

mockTest('pairs: the most backed, those of one horse, and the grid', async (t) => {
  const page = await visit(t, `/race/${open}`)
  equal(await page.locator('table.list tbody tr').count(), 10, 'pairs listed')
  await page.getByLabel('Paires avec le').selectOption('4')
  equal(await page.locator('table.list tbody tr').count(), 15, 'pairs with number 4')
  equal(await page.locator('.gridtable .cell').count(), (16 * 15) / 2, 'cells')
})

mockTest('a server that does not answer: told, and tried again', async (t) => {
  t.mock.refuse = true
  for (const path of ['/', `/race/${open}`]) {
    t.mock.refuse = true
    const page = await visit(t, path)
    match(await page.locator('.notice').innerText(), /Le serveur ne répond pas/)
    await accessible(page, `${path} failed`)
    t.mock.refuse = false
    await page.getByRole('button', { name: 'Réessayer' }).click()
    await page.waitForSelector('[data-status]')
  }
})

mockTest('no programme yet: told', async (t) => {
  t.mock.empty = true
  const page = await visit(t, '/')
  match(await page.locator('.notice').innerText(), /Aucune course n’est au programme/)
  await accessible(page, 'empty')
})

mockTest('the next races come first, with their favourites, and results follow', async (t) => {
  const page = await visit(t, '/')
  const next = page.getByTestId('next').locator('article')
  equal(await next.count(), 6, 'cards')
  await until('favourites', async () => (await next.first().locator('.odd').count()) === 3)
  equal(await next.first().getAttribute('data-race'), '202511230301', 'first')
  await until('the stream', () => t.mock.streams.size === 1)
  t.mock.to('2025-11-23T13:11:10Z')
  await page.getByTestId('results').locator('[data-race="202511230301"]').waitFor()
})
