import { readFileSync } from 'node:fs'
import { parse } from 'yaml'

export interface Alert {
  readonly alert: string
  readonly expr: string
  readonly labels: { readonly severity: string }
  readonly annotations: Readonly<Record<string, string>>
}

interface Rules {
  readonly groups: readonly { readonly rules: readonly Alert[] }[]
}

interface RuleTests {
  readonly tests: readonly {
    readonly name: string
    readonly input_series: readonly { readonly series: string }[]
    readonly promql_expr_test: readonly { readonly exp_samples: readonly { readonly labels: string }[] }[]
  }[]
}

interface Target {
  readonly expr: string
  readonly legendFormat?: string
  readonly refId: string
}

export interface Panel {
  readonly id: number
  readonly type: string
  readonly title: string
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number }
  readonly targets?: readonly Target[]
  readonly datasource?: { readonly uid: string }
}

interface Dashboard {
  readonly panels: readonly Panel[]
  readonly annotations: { readonly list: readonly { readonly expr: string }[] }
  readonly templating: { readonly list: readonly { readonly name: string; readonly type: string }[] }
}

const read = (path: string) => readFileSync(`deploy/${path}`, 'utf8')

export const alerts = (parse(read('prometheus/alerts.yml')) as Rules).groups.flatMap(({ rules }) => rules)
export const alertTests = (parse(read('prometheus/alerts.test.yml')) as RuleTests).tests
export const dashboard: Dashboard = JSON.parse(read('grafana/token-broker.json'))
export const scrapeConfig: {
  rule_files: string[]
  scrape_configs: { job_name: string; static_configs: { targets: string[] }[] }[]
} = parse(read('prometheus/prometheus.yml'))
export const runbook = read('RUNBOOK.md')
export const metricsPage = read('METRICS.md')
