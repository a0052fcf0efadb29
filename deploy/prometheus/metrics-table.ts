import { createMetrics } from '../../src/http/metrics.ts'

const HEAD = `# Metrics

\`GET /metrics\` of the internal listener, in the Prometheus form. Written by \`npm run metrics\` from what the code registers; a test
holds it fresh. Labels are closed sets, none names a consent or a caller, and every counter is there from the start, at 0.

- **Of the whole fleet** are the gate, the hold, and what is read from the database (their meaning begins with *Database*): every replica tells the same,
  so take their \`max\` or \`min\`, never their sum. Everything else is of one process: \`sum\` over replicas.
- *Database* numbers are read when metrics are asked, every ten seconds at most, and a scrape waits a second for them. While the database
  is away the last ones stay, \`token_broker_overview_age_seconds\` grows, and after five minutes they are gone, until it is back.
- \`route\` is the pattern of a route, or \`other\`. A histogram has \`_bucket\`, \`_sum\` and \`_count\`; times are seconds.
- Beside these stand those of Node (\`nodejs_…\`, with the event loop's lag) and of the process (\`process_…\`).

| metric | type | labels | meaning |
|---|---|---|---|
`

/** The page deploy/METRICS.md: each metric of ours with its labels and its help. */
export function metricsPage(): string {
  const rows = createMetrics()
    .listed()
    .toSorted((one, other) => (one.name < other.name ? -1 : 1))
    .map(({ name, type, labels, help }) => `| \`${name}\` | ${type} | ${labelsOf(labels)} | ${help} |`)
  return `${HEAD}${rows.join('\n')}\n`
}

function labelsOf(labels: Readonly<Record<string, readonly string[]>>): string {
  const texts = Object.entries(labels).map(([label, values]) =>
    values.length === 0 ? `\`${label}\`` : `\`${label}\`: ${values.join(', ')}`,
  )
  return texts.length === 0 ? '–' : texts.join('; ')
}
