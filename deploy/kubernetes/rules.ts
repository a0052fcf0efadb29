import { readFileSync } from 'node:fs'
import { parse, stringify } from 'yaml'

const ALERTS = new URL('../prometheus/alerts.yml', import.meta.url)
export const RULES = new URL('components/monitoring/prometheus-rule.yaml', import.meta.url)

/** Wraps the alerts of deploy/prometheus as the Prometheus operator takes them; kustomize reads no file outside of its folder. */
export function printRules(): string {
  const spec = parse(readFileSync(ALERTS, 'utf8'))
  const rule = {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: { name: 'token-broker' },
    spec,
  }
  return `# Written by "npm run rules" from deploy/prometheus/alerts.yml.\n${stringify(rule, { lineWidth: 0 })}`
}
