// Names as people write them. Programmes come in capitals: "PRIX DE L'ETOILE".

const small = new Set(['de', 'du', 'des', 'la', 'le', 'les', 'et', 'en', 'sur', 'au', 'aux', 'à', 'a'])
const roman = /^(?:I{1,3}|IV|VI{0,3}|IX|XI{0,3})$/

/** titled rewrites a text in capitals with capital initials; any other text stays as it is. */
export function titled(text: string | undefined): string {
  if (!text || text !== text.toUpperCase()) return text ?? ''
  let first = true
  return text.replace(/[\p{L}\p{N}]+/gu, (word, at: number) => {
    const lower = word.toLowerCase()
    const next = text[at + word.length]
    const elided = (next === "'" || next === '’') && /^[DL]$/.test(word)
    const keep = roman.test(word) && word.length > 1
    const isFirst = first
    first = false
    if (keep) return word
    if (!isFirst && (elided || (small.has(lower) && next !== '.'))) return lower
    const afterApostrophe = /['’]/.test(text[at - 1] ?? '') && word === 'S'
    return afterApostrophe ? 's' : word[0]! + lower.slice(1)
  })
}

/** course is a racecourse's name as people say it: without "hippodrome de". */
export const course = (name: string | undefined): string =>
  titled(name?.replace(/^hippodrome (?:de la |de |du |des |d['’])?/i, ''))
