/** Every sample's name, and each value of each of its labels. */
export type Scrape = ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<string>>>

const SAMPLE = /^([a-z_:][\w:]*)(?:\{(.*)\})? \S+$/i
const LABEL = /([a-z_]\w*)="((?:[^"\\]|\\.)*)"/gi

/** Reads the Prometheus text form; raises for a line that is none of it. */
export function parseScrape(text: string): Scrape {
  const samples = new Map<string, Map<string, Set<string>>>()
  for (const line of text.split('\n').filter((one) => one !== '' && !one.startsWith('#'))) {
    const [, name, labels = ''] = SAMPLE.exec(line) ?? []
    if (name === undefined) throw new Error(`no sample: ${line}`)
    const known = samples.get(name) ?? new Map<string, Set<string>>()
    samples.set(name, known)
    for (const [, label = '', value = ''] of labels.matchAll(LABEL)) {
      known.set(label, (known.get(label) ?? new Set()).add(value))
    }
  }
  return samples
}

/** One sample's value; NaN where it is not there. */
export function sample(text: string, nameWithLabels: string): number {
  const line = text.split('\n').find((one) => one.startsWith(`${nameWithLabels} `))
  return Number(line?.slice(nameWithLabels.length + 1) ?? Number.NaN)
}
