// What deploy/kubernetes promises, read by a YAML parser.
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import {
  type Manifest,
  type PodTemplate,
  readBaseSettings,
  readManifests,
} from '../../deploy/kubernetes/manifests.ts'
import { printRules, RULES } from '../../deploy/kubernetes/rules.ts'
import { ROOT } from '../../deploy/supply-chain/packages.ts'
import { profiles } from '../../src/bank/profiles.ts'
import { describeSettings, readSome } from '../../src/config.ts'
import { graceMs } from '../../src/grace.ts'
import { t } from '../support/parts.ts'

const manifests = readManifests('base')
const settings = readBaseSettings()
const find = (kind: string, from = manifests): Manifest => {
  const found = from.find((one) => one.kind === kind)
  if (found === undefined) throw new Error(`there is no ${kind}`)
  return found
}
const stateful = find('StatefulSet').spec
const service: PodTemplate = stateful.template
const job: PodTemplate = find('Job', readManifests('components/migration-job')).spec.template
const [container] = service.spec.containers

/** Whether a selector takes the replicas. */
function takes(selector: Readonly<Record<string, string>>): boolean {
  return Object.entries(selector).every(([name, value]) => service.metadata.labels[name] === value)
}

t.test('the settings of the base exist, and an image and its secrets give the others', async (t) => {
  const rows = describeSettings()
  const known = new Set(['NODE_OPTIONS', ...rows.map(({ name }) => name)])
  for (const name of Object.keys(settings)) t.ok(known.has(name), name)
  const secret = ['DATABASE_URL', 'BANK_API_KEY']
  for (const { name, required } of rows) if (required) t.ok(name in settings || secret.includes(name), name)
  for (const name of secret) t.notOk(name in settings, `${name} is a secret`)
  t.same(container.args, ['--env-file=/etc/token-broker/environment/secret.env', 'src/main.ts'])
})

t.test('each file of a setting is on a volume, and each volume is needed', async (t) => {
  const mounted = container.volumeMounts.filter(({ name }) => name !== 'spool')
  const files = Object.entries(settings).filter(([name]) => name.endsWith('_FILE'))
  const [environment = ''] = /(?<==)\/.*/.exec(container.args[0] ?? '') ?? []
  const places = [...files.map(([, path = '']) => path), environment].map((path) =>
    path.replace(/\/[^/]+$/, ''),
  )
  t.same([...new Set(places)].sort(), mounted.map(({ mountPath }) => mountPath).sort())
  t.ok(mounted.every(({ readOnly }) => readOnly))
  t.same(
    service.spec.volumes.map(({ name }) => name),
    mounted.map(({ name }) => name),
  )
  const readme = readFileSync(new URL('deploy/README.md', ROOT), 'utf8')
  for (const { secret } of [...service.spec.volumes, ...job.spec.volumes])
    t.ok(readme.includes(`generic ${secret.secretName} `), `deploy/README.md makes ${secret.secretName}`)
})

t.test('each replica keeps its own spool, and nothing deletes it by itself', async (t) => {
  const spool = container.volumeMounts.find(({ name }) => name === 'spool')
  t.equal(spool?.mountPath, settings.SPOOL_DIR)
  t.notOk(spool?.readOnly)
  const [claim] = stateful.volumeClaimTemplates
  t.match(claim, { metadata: { name: 'spool' }, spec: { accessModes: ['ReadWriteOnce'] } })
  t.same(stateful.persistentVolumeClaimRetentionPolicy, { whenDeleted: 'Retain', whenScaled: 'Retain' })
})

t.test('it ends in its own time, and is looked at where it answers', async (t) => {
  const waits = readSome(settings, 'BANK_ABANDON_AFTER', 'LEASE_MARGIN')
  const leastMs = graceMs({ abandonAfterMs: waits.BANK_ABANDON_AFTER, leaseMarginMs: waits.LEASE_MARGIN })
  t.ok((service.spec.terminationGracePeriodSeconds ?? 0) * 1_000 > leastMs)
  const { paths } = JSON.parse(readFileSync(new URL('openapi/openapi.json', ROOT), 'utf8'))
  const { startupProbe, livenessProbe, readinessProbe } = container
  for (const { httpGet } of [startupProbe, livenessProbe, readinessProbe]) {
    t.ok(httpGet.path in paths, httpGet.path)
    t.equal(httpGet.port, 'internal')
    t.equal(httpGet.scheme, settings.INTERNAL_TLS_CERT_FILE ? 'HTTPS' : undefined)
  }
  t.equal(livenessProbe.httpGet.path, '/livez', 'no outage restarts it')
  t.equal(readinessProbe.httpGet.path, '/readyz')
  t.same(container.ports, [
    { name: 'internal', containerPort: 8080 },
    { name: 'public', containerPort: 8081 },
  ])
})

t.test('pods have no rights but those of an ordinary user', async (t) => {
  for (const { spec } of [service, job]) {
    t.match(spec, {
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      serviceAccountName: find('ServiceAccount').metadata.name,
      securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
    })
    const none = {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    }
    for (const one of spec.containers) t.same(one.securityContext, none)
  }
})

t.test('the heap fits into the memory', async (t) => {
  const [, limit = 0] = /^(\d+)Mi$/.exec(container.resources.limits.memory) ?? []
  const [, heap = Infinity] = /--max-old-space-size=(\d+)/.exec(settings.NODE_OPTIONS ?? '') ?? []
  t.ok(Number(heap) <= Number(limit) * 0.7, `${heap} of ${limit}`)
})

t.test('services, budget and policy take the replicas, and one goes at a time', async (t) => {
  const services = manifests.filter(({ kind }) => kind === 'Service')
  t.equal(services.length, 3)
  const names = container.ports?.map(({ name }) => name)
  for (const { spec } of services) {
    t.ok(takes(spec.selector))
    for (const { targetPort } of spec.ports) t.ok(names?.includes(targetPort))
  }
  t.ok(services.some(({ metadata }) => metadata.name === stateful.serviceName))
  const budget = find('PodDisruptionBudget').spec
  t.ok(takes(budget.selector.matchLabels) && takes(stateful.selector.matchLabels))
  t.equal(budget.maxUnavailable, 1)
  t.ok(stateful.replicas >= 2)
  t.notOk(
    Object.entries(stateful.selector.matchLabels).every(
      ([name, value]) => job.metadata.labels[name] === value,
    ),
  )
  for (const { labelSelector } of stateful.template.spec.topologySpreadConstraints)
    t.ok(takes(labelSelector.matchLabels))
})

interface Rule {
  readonly from?: readonly object[]
  readonly to?: readonly { ipBlock?: { cidr: string } }[]
  readonly ports: readonly { readonly port: string | number }[]
}

t.test('nobody reaches it but who is named, and it reaches the bank', async (t) => {
  const { podSelector, policyTypes, ingress, egress } = find('NetworkPolicy').spec
  t.ok(takes(podSelector.matchLabels))
  t.same(policyTypes, ['Ingress', 'Egress'])
  for (const { from = [] } of ingress as readonly Rule[])
    t.ok(from.length > 0 && from.every((peer) => 'namespaceSelector' in peer))
  t.same(
    (ingress as readonly Rule[]).map(({ ports }) => ports.map(({ port }) => port)),
    [['internal'], ['internal'], ['public']],
    'callers, Prometheus, the ingress: each listener has those of its own',
  )
  const open = (egress as readonly Rule[]).filter(({ to }) =>
    to?.some(({ ipBlock }) => ipBlock?.cidr === '0.0.0.0/0'),
  )
  const ports = open.flatMap((rule) => rule.ports.map(({ port }) => port))
  for (const { tokenEndpoint, apiBaseUrl } of Object.values(profiles))
    for (const url of [tokenEndpoint, apiBaseUrl]) t.ok(ports.includes(Number(new URL(url).port || 443)), url)
  const all = (egress as readonly Rule[]).flatMap((rule) => rule.ports.map(({ port }) => port))
  for (const port of [53, 5432, 6432, 4318])
    t.ok(all.includes(port), `names, database, pooler, traces: ${port}`)
})

interface Patch {
  readonly path: string
  readonly value: {
    readonly name: string
    readonly mountPath?: string
    readonly secret?: { secretName: string }
  }
}

t.test(
  'subscribers and the secrets they are signed for come from a Secret, where they are asked for',
  async (t) => {
    const text = readFileSync(
      new URL('deploy/kubernetes/components/webhooks/kustomization.yaml', ROOT),
      'utf8',
    )
    const { patches, configMapGenerator } = parse(text)
    const [{ value: volume }, { value: mount }] = parse(patches[0].patch) as [Patch, Patch]
    t.equal(volume.name, mount.name)
    t.strictSame(configMapGenerator[0].literals, [`WEBHOOKS_FILE=${mount.mountPath}/webhooks.json`])
    t.ok(describeSettings().some(({ name }) => name === 'WEBHOOKS_FILE'))
    const readme = readFileSync(new URL('deploy/README.md', ROOT), 'utf8')
    t.ok(readme.includes(`generic ${volume.secret?.secretName} --from-file=webhooks.json`))
  },
)

t.test('the rules of the Prometheus operator are the alerts', async (t) => {
  t.equal(readFileSync(RULES, 'utf8'), printRules(), 'npm run rules writes them anew')
  t.ok(find('PrometheusRule', readManifests('components/monitoring')).spec.groups.length > 0)
  const monitor = find('PodMonitor', readManifests('components/monitoring')).spec
  t.ok(takes(monitor.selector.matchLabels))
  t.equal(service.metadata.labels[monitor.jobLabel], 'token-broker', 'the job that the alerts name')
})
