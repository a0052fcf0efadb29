import type { Server } from 'node:https'
import { startCertificateWatch } from './certificate-watch.ts'
import { INTERNAL_WORDING } from './certificate-wording.ts'
import type { ListenerSettings, Settings } from './config.ts'
import { OperatorError } from './core/errors.ts'
import type { App } from './http/app.ts'
import { closeApp } from './http/close-app.ts'
import { buildInternalApp, type InternalOptions } from './http/internal/app.ts'
import type { Bounds } from './http/limits/bounds.ts'
import { buildPublicApp } from './http/public/app.ts'
import { type InternalTls, openInternalTls } from './internal-tls.ts'
import { startBounds } from './listener-bounds.ts'
import type { Parts } from './parts.ts'
import type { Releasers } from './releasers.ts'
import type { Surroundings } from './surroundings.ts'

/** What the internal listener tells of the service itself. */
export type Readiness = Pick<InternalOptions, 'unready' | 'waitsFor'>

export interface ListenerOptions extends Pick<Surroundings, 'log' | 'limits'> {
  readonly parts: Parts
  readonly readiness: Readiness
  readonly releasers: Releasers
}

/** A thousand callers who come at once are connected at once; the kernel may cap it. */
const LISTEN_BACKLOG = 4_096

/** Builds both listeners, which do not listen yet. */
export async function buildListeners(
  settings: Settings,
  options: ListenerOptions,
): Promise<{ readonly internal: App; readonly customers: App }> {
  const { parts, log, limits, releasers } = options
  const { clock, meter } = parts
  const bounds = startBounds(settings, { clock, log, ...(limits && { limits }), meter }, releasers)
  const internal = await buildInternal(settings, options, bounds.internal)
  const customers = await buildPublicApp({
    broker: parts.broker,
    log,
    callbackPath: new URL(settings.bank.redirectUri).pathname,
    secure: settings.publicUrl.startsWith('https:'),
    bounds: bounds.public,
    trustedProxies: settings.limits.trustedProxies,
    tracer: parts.tracer,
  })
  releasers.add(() => closeApp(customers, clock))
  return { internal, customers }
}

async function buildInternal(settings: Settings, options: ListenerOptions, bounds: Bounds): Promise<App> {
  const { parts, log, readiness, releasers } = options
  const { adapters, clock } = parts
  const tls = settings.internal.tls === null ? null : await openInternalTls(settings.internal.tls, clock)
  const app = await buildInternalApp({
    broker: parts.broker,
    clock,
    log,
    recognize: adapters.recognize,
    metrics: parts.meter,
    metricsNeedCaller: settings.metricsAuth === 'ops',
    keyIds: adapters.keys.map(({ kid }) => kid),
    clockSkew: parts.skew.current,
    bankCertificate: adapters.bank.certificate,
    tls,
    ...readiness,
    stalledLoops: parts.liveness.stalled,
    bounds,
    tracer: parts.tracer,
  })
  releasers.add(() => closeApp(app, clock))
  if (tls !== null) followFiles(tls, app, options)
  return app
}

/** The certificate of the internal listener changes with its files. */
function followFiles(
  tls: InternalTls,
  { server }: App,
  { parts: { clock, meter }, log, releasers }: ListenerOptions,
): void {
  // What is made with TLS options is a server of TLS; Fastify's type does not say so.
  tls.serve(server as Server)
  const watch = startCertificateWatch({
    ...tls,
    holder: tls,
    wording: INTERNAL_WORDING,
    clock,
    log,
    onCertificate: meter.internalCertificate,
  })
  releasers.add(() => watch.stop())
}

/** Resolves the URL it was bound to. Raises `settings_invalid` where nothing can listen there. */
export async function listen(
  app: App,
  name: 'INTERNAL' | 'PUBLIC',
  { host, port }: ListenerSettings,
): Promise<string> {
  try {
    return await app.listen({ host, port, backlog: LISTEN_BACKLOG })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new OperatorError(
      'settings_invalid',
      `${name}_HOST and ${name}_PORT: nothing can listen at ${host}:${port} (${code ?? 'unknown error'}).`,
      error,
    )
  }
}
