// Money and odds. Amounts come as int64 in JSON, that is strings of cents or
// hundredths; they stay integers here. Only Intl makes text of them, from an
// exact decimal string.

/** int reads a protobuf int64 in JSON: absent is zero. */
export const int = (value: string | number | undefined): bigint => BigInt(value ?? 0)

/** decimal writes hundredths as a decimal number: -1205n is "-12.05". */
export function decimal(hundredths: bigint): `${number}` {
  const sign = hundredths < 0n ? '-' : ''
  const abs = hundredths < 0n ? -hundredths : hundredths
  return `${sign}${abs / 100n}.${String(abs % 100n).padStart(2, '0')}` as `${number}`
}

export class Money {
  readonly #exact: Intl.NumberFormat
  readonly #whole: Intl.NumberFormat
  readonly #odds: Intl.NumberFormat[]

  constructor(locale: string) {
    const euros = { style: 'currency', currency: 'EUR' } as const
    this.#exact = new Intl.NumberFormat(locale, euros)
    this.#whole = new Intl.NumberFormat(locale, { ...euros, maximumFractionDigits: 0, roundingMode: 'trunc' })
    this.#odds = [0, 1, 2].map(
      (digits) => new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits }),
    )
  }

  /** exact is for what is paid: every cent shows. */
  exact(cents: bigint): string {
    return this.#exact.format(decimal(cents))
  }

  /** whole is for totals that move: whole euros, rounded down. */
  whole(cents: bigint): string {
    return this.#whole.format(decimal(cents))
  }

  /** count writes a plain number of things. */
  count(n: number | bigint): string {
    return this.#odds[0]!.format(n)
  }

  /** odds writes hundredths per euro with one decimal, two where they are needed, none from 1000 on; zero is told by the caller. */
  odds(hundredths: bigint): string {
    const digits = hundredths >= 100_000n && hundredths % 100n === 0n ? 0 : hundredths % 10n === 0n ? 1 : 2
    return this.#odds[digits]!.format(decimal(hundredths))
  }
}
