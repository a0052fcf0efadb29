import { parser } from '@prometheus-io/lezer-promql'
import type { Scrape } from './scrape.ts'

/** A place of the tree; the type of Lezer's own is in a package that is not ours. */
type Node = ReturnType<typeof parser.parse>['topNode']

interface Matcher {
  readonly label: string
  readonly op: string
  readonly value: string
}

/** What Prometheus itself adds to each series it scrapes, and to what it makes of rules. */
const OF_TARGETS = ['job', 'instance']
const OF_PROMETHEUS: Readonly<Record<string, readonly string[]>> = {
  up: OF_TARGETS,
  ALERTS: ['alertname', 'alertstate', 'severity'],
}

/** Says what of a query does not exist in the scrape, or does not parse. */
export function problemsOf(query: string, scrape: Scrape): string[] {
  const text = query.replaceAll(/\$__(rate_interval|interval|range)/g, '5m')
  const problems: string[] = []
  const labels = new Set(OF_TARGETS)
  const textOf = (node: Node) => text.slice(node.from, node.to)
  const { topNode } = parser.parse(text)
  for (const node of nodesOf(topNode)) {
    if (node.type.isError) problems.push(`does not parse near "${text.slice(node.from, node.from + 20)}"`)
    if (node.name !== 'VectorSelector') continue
    const name = node.getChild('Identifier')
    const metric = name === null ? '' : textOf(name)
    for (const label of labelsOf(metric, scrape)) labels.add(label)
    problems.push(...problemsOfSelector(metric, matchersOf(node, text), scrape))
  }
  for (const node of nodesOf(topNode)) {
    const isGrouped = node.name === 'LabelName' && node.parent?.name === 'GroupingLabels'
    if (isGrouped && !labels.has(textOf(node))) problems.push(`groups by ${textOf(node)}, which nothing has`)
  }
  return problems
}

/** The labels that what a query gives may have. */
export function labelsIn(query: string, scrape: Scrape): Set<string> {
  const names = [...scrape.keys(), ...Object.keys(OF_PROMETHEUS)].filter((name) =>
    new RegExp(`\\b${name}\\b`).test(query),
  )
  return new Set([...OF_TARGETS, ...names.flatMap((name) => labelsOf(name, scrape))])
}

function labelsOf(metric: string, scrape: Scrape): readonly string[] {
  return OF_PROMETHEUS[metric] ?? [...(scrape.get(metric)?.keys() ?? [])]
}

function problemsOfSelector(metric: string, matchers: Matcher[], scrape: Scrape): string[] {
  if (OF_PROMETHEUS[metric] !== undefined) return []
  const known = scrape.get(metric)
  if (known === undefined) return [`${metric} does not exist`]
  return matchers
    .filter(({ label }) => !OF_TARGETS.includes(label))
    .flatMap(({ label, op, value }) => {
      const values = known.get(label)
      if (values === undefined) return [`${metric} has no label ${label}`]
      const wanted = op.endsWith('~') ? value.split('|') : [value]
      return wanted
        .filter((one) => ![...values].some((has) => (op.endsWith('~') ? matches(one, has) : one === has)))
        .map((one) => `${metric} never has ${label}="${one}"`)
    })
}

function matches(pattern: string, value: string): boolean {
  return new RegExp(`^(?:${pattern})$`).test(value)
}

function matchersOf(selector: Node, text: string): Matcher[] {
  return [...nodesOf(selector)]
    .filter((node) => node.name === 'UnquotedLabelMatcher')
    .map((node) => {
      const [label = '', op = '', value = '""'] = ['LabelName', 'MatchOp', 'StringLiteral'].map((part) => {
        const child = node.getChild(part)
        return child === null ? undefined : text.slice(child.from, child.to)
      })
      return { label, op, value: value.slice(1, -1) }
    })
}

function* nodesOf(node: Node): Generator<Node> {
  yield node
  for (let child = node.firstChild; child !== null; child = child.nextSibling) yield* nodesOf(child)
}
