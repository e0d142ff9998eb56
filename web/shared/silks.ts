// A jockey's silks drawn from the words of the programme: "casaque verte, pois
// blancs, manches rouges, toque noire", or the same in English. What the words
// do not say is drawn from their letters, always in the same way.

export type Pattern = 'plain' | 'hoops' | 'stripes' | 'spots' | 'diamond' | 'cross' | 'sash' | 'star' | 'chevrons' | 'halves' | 'checks' | 'seams'

export type Silks = { base: string; pattern: Pattern; second: string; sleeves: string; cap: string }

// Colours of cloth, not of the interface: the same in light and dark.
const colours: [RegExp, string][] = [
  [/bleu(e?s?)? (clair|ciel)\w*|light blue|sky blue/, '#7db9e8'],
  [/bleu(e?s?)? (fonc|marine|nuit)\w*|dark blue|navy/, '#1b2a5c'],
  [/vert(e?s?)? (clair|pomme)\w*|light green|lime/, '#8fd14f'],
  [/vert(e?s?)? fonc\w*|dark green/, '#0d4a2b'],
  [/bleu\w*|blue|royal/, '#1f5fbf'],
  [/rouge\w*|red|scarlet|cerise/, '#c8202b'],
  [/vert\w*|green|emerald/, '#1c8a4a'],
  [/jaune\w*|yellow|citron/, '#f4cf1b'],
  [/blanc\w*|white/, '#ffffff'],
  [/noir\w*|black/, '#1d1d1f'],
  [/orange\w*/, '#f0811e'],
  [/rose\w*|pink/, '#f39ab8'],
  [/gris\w*|grey|gray|silver|argent/, '#a3a9ad'],
  [/violet\w*|mauve\w*|purple|lilac/, '#6a3b98'],
  [/marron\w*|brun\w*|brown|chocolat\w*/, '#6f4526'],
  [/grenat\w*|bordeaux|maroon|burgundy/, '#7c1630'],
  [/beige\w*|cream|fawn/, '#e6d3a8'],
  [/\bor\b|gold/, '#d9a520'],
  [/turquoise\w*/, '#1fb5ad'],
]

const patterns: [RegExp, Pattern][] = [
  [/cercl|hoop|band/, 'hoops'],
  [/ray|stripe/, 'stripes'],
  [/pois|spot/, 'spots'],
  [/losange|diamond/, 'diamond'],
  [/croix|cross/, 'cross'],
  [/écharpe|echarpe|sash/, 'sash'],
  [/étoile|etoile|star/, 'star'],
  [/chevron/, 'chevrons'],
  [/écartel|ecartel|halv|quarter|moiti/, 'halves'],
  [/damier|check/, 'checks'],
  [/couture|seam|bretelle|epaulet|épaulet/, 'seams'],
]

const palette = ['#c8202b', '#1f5fbf', '#1c8a4a', '#f4cf1b', '#ffffff', '#1d1d1f', '#f0811e', '#f39ab8', '#6a3b98', '#7db9e8', '#7c1630', '#a3a9ad']
const drawn: Pattern[] = ['plain', 'hoops', 'stripes', 'spots', 'diamond', 'cross', 'sash', 'star', 'chevrons', 'halves', 'checks', 'seams']

/** parseSilks reads the words; seed, the horse's name, stands in where there are none. */
export function parseSilks(words: string, seed: string): Silks {
  const text = words.toLowerCase()
  const dice = random(words || seed)
  const parts = text.split(/[,;.]+/)
  const sleevesPart = parts.find((p) => /manche|sleeve/.test(p))
  const capPart = parts.find((p) => /toque|cap\b/.test(p))
  const body = parts.filter((p) => p !== sleevesPart && p !== capPart).join(' ')
  const found = coloursIn(body)
  const pick = () => palette[dice(palette.length)]!
  const base = found[0] ?? pick()
  const pattern = patterns.find(([re]) => re.test(body))?.[1] ?? (text.trim() ? 'plain' : drawn[dice(drawn.length)]!)
  let second = found[1] ?? pick()
  while (second === base) second = palette[(palette.indexOf(second) + 1 + dice(3)) % palette.length]!
  return {
    base,
    pattern,
    second,
    sleeves: coloursIn(sleevesPart ?? '')[0] ?? (text.trim() ? base : [base, second][dice(2)]!),
    cap: coloursIn(capPart ?? '')[0] ?? (text.trim() ? base : [base, second, pick()][dice(3)]!),
  }
}

/** coloursIn lists the colours in the order they are named. */
function coloursIn(text: string): string[] {
  const found: [number, string][] = []
  let rest = text
  for (const [re, colour] of colours) {
    for (let m = re.exec(rest); m; m = re.exec(rest)) {
      found.push([m.index, colour])
      rest = rest.slice(0, m.index) + ' '.repeat(m[0].length) + rest.slice(m.index + m[0].length)
    }
  }
  return found.sort((a, b) => a[0] - b[0]).map(([, colour]) => colour)
}

/** random draws numbers below n from a text: FNV-1a, then xorshift. */
function random(text: string): (n: number) => number {
  let h = 0x811c9dc5
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  h >>>= 0
  if (h === 0) h = 1
  return (n) => {
    h ^= h << 13
    h ^= h >>> 17
    h ^= h << 5
    return (h >>> 0) % n
  }
}
