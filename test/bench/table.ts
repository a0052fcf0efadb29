/** One comparison: what was measured, what it is held against, and how it varied over the rounds. */
export interface Row {
  readonly bench: string
  readonly unit: string
  readonly measured: readonly number[]
  readonly against: readonly number[]
  readonly reach: string
}

/** Prints medians, the median of the paired ratios, and the ratios' spread. */
export function printTable(rows: readonly Row[]): void {
  console.table(
    rows.map(({ bench, unit, measured, against, reach }) => {
      const ratios = measured.map((value, round) => value / (against[round] ?? Number.NaN))
      return {
        bench,
        unit,
        measured: rounded(median(measured)),
        against: rounded(median(against)),
        ratio: rounded(median(ratios)),
        spread: `${rounded(Math.min(...ratios))}–${rounded(Math.max(...ratios))}`,
        reach,
      }
    }),
  )
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

function rounded(value: number): number {
  return value >= 100 ? Math.round(value) : Math.round(value * 100) / 100
}
