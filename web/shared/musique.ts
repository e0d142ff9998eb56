// The "musique": a horse's past results in the trade's shorthand, the latest
// first. "1p(24)Da0h" is first on the flat this year; then, in 2024,
// disqualified in harness and beyond the tenth place over hurdles.

export type Note =
  | { kind: 'run'; text: string; place: number | null; end: End | null; discipline: Discipline | null }
  | { kind: 'year'; text: string; year: number }
  | { kind: 'other'; text: string }

export type End = 'disqualified' | 'stopped' | 'fell' | 'demoted' | 'unplaced'
export type Discipline = 'flat' | 'harness' | 'mounted' | 'hurdles' | 'steeplechase' | 'cross'

const disciplines: Record<string, Discipline> = {
  p: 'flat',
  a: 'harness',
  m: 'mounted',
  h: 'hurdles',
  s: 'steeplechase',
  c: 'cross',
}

const ends: Record<string, End> = { D: 'disqualified', A: 'stopped', T: 'fell', R: 'demoted', '0': 'unplaced' }

const token = /\((\d{2}|\d{4})\)|(\d{1,2}|[A-Z])([a-z])?|\S/g

/** parseMusique reads a form string; what it does not know it keeps as it is. */
export function parseMusique(form: string): Note[] {
  const notes: Note[] = []
  for (const [text, year, what, letter] of form.matchAll(token)) {
    if (year) {
      notes.push({ kind: 'year', text, year: year.length === 2 ? 2000 + Number(year) : Number(year) })
    } else if (what && (/\d/.test(what) || what in ends) && (!letter || letter in disciplines)) {
      const place = Number(what)
      notes.push({
        kind: 'run',
        text,
        place: place > 0 ? place : null,
        end: ends[what] ?? null,
        discipline: letter ? disciplines[letter]! : null,
      })
    } else {
      notes.push({ kind: 'other', text })
    }
  }
  return notes
}
