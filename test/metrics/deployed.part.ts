import { readFileSync } from 'node:fs'
import { Agent, getGlobalDispatcher, setGlobalDispatcher } from 'undici'
import { metricsPage as printMetricsPage } from '../../deploy/prometheus/metrics-table.ts'
import { createMetrics } from '../../src/http/metrics.ts'
import { makeAuthority, makeCertificate } from '../bank/support/certificates.ts'
import { call } from '../support/api.ts'
import { activate } from '../support/authorize.ts'
import { createWorld } from '../support/broker.ts'
import { t } from '../support/parts.ts'
import { createIdentityFiles } from '../tls/support/files.ts'
import {
  alerts,
  alertTests,
  dashboard,
  metricsPage,
  type Panel,
  runbook,
  scrapeConfig,
} from './support/deployed.ts'
import { labelsIn, problemsOf } from './support/promql.ts'
import { parseScrape } from './support/scrape.ts'

/** A scrape of a broker that has all there is to be shown: certificates, and a consent that ends soon. */
async function scrapeWhole(): Promise<string> {
  const authority = await makeAuthority('of listeners')
  const own = { ...(await makeCertificate(authority)), ca: authority.cert }
  const files = createIdentityFiles(t.testdir({}), own)
  const world = await createWorld(t, {
    env: {
      BANK_TLS_CERT_FILE: files.path('cert'),
      BANK_TLS_KEY_FILE: files.path('key'),
      INTERNAL_TLS_CERT_FILE: files.path('cert'),
      INTERNAL_TLS_KEY_FILE: files.path('key'),
      CONSENT_VALIDITY: '12h',
    },
  })
  const broker = await world.startBroker()
  const former = getGlobalDispatcher()
  const agent = new Agent({ connect: { ca: authority.cert } })
  setGlobalDispatcher(agent)
  t.teardown(async () => {
    setGlobalDispatcher(former)
    await agent.close()
  })
  await activate(broker)
  return (await call(broker, 'GET /metrics')).text
}

const scrape = parseScrape(await scrapeWhole())
const listed = createMetrics().listed()
const ours = new Set(
  listed.flatMap(({ name, type }) =>
    type === 'histogram' ? ['_bucket', '_sum', '_count'].map((end) => name + end) : [name],
  ),
)
const queries = (panel: Panel) => (panel.targets ?? []).map(({ expr }) => expr)

/** Says where a metric's labels are not those that are listed, or do not begin with every value. */
function problemsOfLabels({ name, labels, type }: (typeof listed)[number]): string[] {
  const scraped = scrape.get(type === 'histogram' ? `${name}_count` : name)
  const names = [...(scraped?.keys() ?? [])].sort().join() === Object.keys(labels).sort().join()
  const problems = Object.entries(labels).flatMap(([label, values]) => {
    const shown = scraped?.get(label) ?? new Set()
    const strange = values.length > 0 && [...shown].some((value) => !values.includes(value))
    const missing = type !== 'gauge' && values.some((value) => !shown.has(value))
    return strange || missing ? [`${name} ${label}: ${[...shown].join()}`] : []
  })
  return names ? problems : [`${name}: other labels`, ...problems]
}

t.test('the list of metrics is what is scraped, and deploy/METRICS.md is fresh', async (t) => {
  const scraped = [...scrape.keys()].filter((name) => name.startsWith('token_broker_'))
  t.same(new Set(scraped), ours)
  t.ok(metricsPage === printMetricsPage(), 'stale: npm run metrics')
  t.same(listed.flatMap(problemsOfLabels), [])
  const names = new Set([...ours, ...listed.map(({ name }) => name)])
  const pages = ['README.md', 'deploy/RUNBOOK.md', 'deploy/OPERATIONS.md']
  const told = pages.map((page) => readFileSync(page, 'utf8')).join('\n')
  const unknown = [...told.matchAll(/token_broker_[a-z_]+/g)].filter(([name]) => !names.has(name))
  t.same(
    unknown.map(([name]) => name),
    [],
    'what README, runbook and OPERATIONS.md name',
  )
})

t.test('what is asked of Prometheus exists', async (t) => {
  const asked = [
    ...alerts.map(({ alert, expr }) => [alert, expr] as const),
    ...alertTests.flatMap(({ name, input_series }) =>
      input_series.map(({ series }) => [`alerts.test.yml, ${name}`, series] as const),
    ),
    ...dashboard.panels.flatMap((panel) => queries(panel).map((expr) => [panel.title, expr] as const)),
    ...dashboard.annotations.list.map(({ expr }) => ['annotations', expr] as const),
  ]
  t.ok(asked.length > 150)
  t.same(
    asked.flatMap(([where, query]) => problemsOf(query, scrape).map((problem) => `${where}: ${problem}`)),
    [],
  )
  const texts = [
    ...alerts.map(({ alert, expr, annotations }) => [alert, expr, JSON.stringify(annotations)] as const),
    ...dashboard.panels.flatMap(({ title, targets = [] }) =>
      targets.map(({ expr, legendFormat = '' }) => [title, expr, legendFormat] as const),
    ),
  ]
  const unknown = texts.flatMap(([where, query, text]) =>
    [...text.matchAll(/\{\{ ?(?:\$labels\.)?([a-z_]+) ?\}\}/g)]
      .filter(([, label = '']) => !labelsIn(query, scrape).has(label))
      .map(([shown]) => `${where} shows ${shown}`),
  )
  t.same(unknown, [])
})

t.test('the check finds what does not exist', async (t) => {
  const wrong: Record<string, RegExp> = {
    'sum(token_broker_nothing)': /token_broker_nothing does not exist/,
    'token_broker_hand_outs_total{result="good"}': /never has result="good"/,
    'token_broker_hand_outs_total{result=~"ok|god"}': /never has result="god"/,
    'token_broker_hand_outs_total{caller!="ok"}': /has no label caller/,
    'sum by (outcome) (rate(token_broker_hand_outs_total[$__rate_interval]))': /groups by outcome/,
    'rate(token_broker_hand_outs_total[5m)': /does not parse/,
  }
  for (const [query, problem] of Object.entries(wrong))
    t.match(problemsOf(query, scrape).join('; '), problem, query)
})

t.test('each alert says what to do, has its place in the runbook, and is tested', async (t) => {
  const sections = [...runbook.matchAll(/^## (\w+)$/gm)].map(([, name = '']) => name)
  t.same(new Set(sections), new Set(alerts.map(({ alert }) => alert)), 'a section each, and no other')
  t.equal(new Set(sections).size, sections.length)
  const parts = ['What it means', 'Look at', 'Do']
  const lacking = runbook
    .split(/^## /m)
    .slice(1)
    .filter((section) => parts.some((part) => !section.includes(`- **${part}.** `)))
  t.same(lacking, [])
  const fired = JSON.stringify(alertTests.flatMap(({ promql_expr_test }) => promql_expr_test))
  for (const { alert, labels, annotations } of alerts) {
    t.ok(['critical', 'warning', 'info'].includes(labels.severity), alert)
    t.match(annotations, { summary: /\w/, description: /\w.*\.$/ }, alert)
    t.equal(annotations.runbook_url, `deploy/RUNBOOK.md#${alert.toLowerCase()}`)
    t.ok(fired.includes(`alertname=\\"${alert}\\",severity=\\"${labels.severity}\\"`), `${alert} is tested`)
  }
})

t.test('the dashboard is whole', async (t) => {
  const { panels, templating } = dashboard
  t.equal(new Set(panels.map(({ id }) => id)).size, panels.length, 'ids')
  t.match(templating.list, [{ name: 'datasource', type: 'datasource' }])
  const asking = panels.filter(({ type }) => type !== 'row')
  t.ok(asking.every(({ type }) => type === 'stat' || type === 'timeseries'))
  t.ok(asking.every(({ datasource }) => datasource?.uid === ['$', '{datasource}'].join('')))
  for (const { title, targets = [] } of asking) {
    t.ok(title !== '' && targets.length > 0, `${title} asks something`)
    t.equal(new Set(targets.map(({ refId }) => refId)).size, targets.length, title)
  }
  const taken = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`),
  )
  t.equal(new Set(taken).size, taken.length, 'no panel lies on another')
  t.ok(panels.every(({ gridPos: { x, w } }) => x + w <= 24))
})

t.test('the scrape settings', async (t) => {
  t.same(scrapeConfig.rule_files, ['alerts.yml'])
  t.match(scrapeConfig.scrape_configs, [{ job_name: 'token-broker', static_configs: [{ targets: Array }] }])
})
