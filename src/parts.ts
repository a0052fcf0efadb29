import { type Adapters, createAdapters } from './adapters.ts'
import { startCertificateWatch } from './certificate-watch.ts'
import { BANK_WORDING } from './certificate-wording.ts'
import { type ClockWatch, createClockWatch } from './clock-watch.ts'
import { type Clocks, createClocks } from './clocks.ts'
import type { Settings } from './config.ts'
import type { Bank } from './core/bank.ts'
import { type Broker, createBroker } from './core/broker.ts'
import { type Liveness, longestTurnMs, startLiveness } from './core/liveness.ts'
import type { CoreSettings } from './core/ports.ts'
import type { Tracer } from './core/tracing.ts'
import { createMetrics, type Metrics } from './http/metrics.ts'
import { meterBank } from './metered-bank.ts'
import type { Releasers } from './releasers.ts'
import type { Surroundings } from './surroundings.ts'
import { openTracing } from './tracing/index.ts'

/** What listeners and background are made of. */
export interface Parts extends Pick<Clocks, 'clock' | 'skew'> {
  readonly meter: Metrics
  readonly tracer: Tracer
  readonly adapters: Adapters
  readonly clockWatch: ClockWatch
  readonly broker: Broker
  readonly liveness: Liveness
}

/** Opens the adapters and builds the core on them. Raises OperatorError for keys, callers or certificates that can't be used. */
export async function openParts(
  settings: Settings,
  surroundings: Surroundings,
  releasers: Releasers,
): Promise<Parts> {
  const { log } = surroundings
  const meter = createMetrics()
  const { clock, skew, bankClockCheck } = createClocks(surroundings, meter.clockSkew)
  const { tracer, stop: stopTracing } = await openTracing(settings.tracing, { clock, log })
  // Closed last: what the end itself does is traced as well.
  releasers.add(stopTracing)
  const adapters = await createAdapters(settings, { clock, log, bankClockCheck, tracer }, releasers)
  const clockWatch = createClockWatch({ db: adapters.db, clock, skew })
  releasers.add(() => clockWatch.stop())
  const bank = meterBank(adapters.ports.bank, meter, clock)
  const broker = createBroker({ ...adapters.ports, bank, meter }, coreSettings(settings, adapters.ports.bank))
  releasers.add(() => broker.idle())
  const certificateWatch = startCertificateWatch({
    holder: adapters.bank,
    identity: adapters.identity,
    wording: BANK_WORDING,
    files: settings.bank.tls,
    clock,
    log,
    onCertificate: meter.bankCertificate,
    onChange: broker.tryRefusedBank,
  })
  releasers.add(() => certificateWatch.stop())
  const turnMs = surroundings.limits?.longestTurnMs ?? longestTurnMs(settings.bank)
  const liveness = startLiveness({ clock, log, longestTurnMs: turnMs })
  releasers.add(() => liveness.stop())
  return { clock, skew, meter, tracer, adapters, clockWatch, broker, liveness }
}

function coreSettings(settings: Settings, { refreshReplay }: Bank): CoreSettings {
  const { bank, consents, refresh } = settings
  return {
    bankTimeoutMs: bank.timeoutMs,
    abandonAfterMs: bank.abandonAfterMs,
    leaseMarginMs: bank.leaseMarginMs,
    salvageWaitMs: bank.salvageWaitMs,
    refreshReplay,
    maxConcurrency: bank.maxConcurrency,
    maxPerSecond: bank.maxPerSecond,
    authorizationExpiresAfterMs: consents.authorizationExpiresAfterMs,
    retentionMs: consents.retentionMs,
    publicUrl: settings.publicUrl,
    returnUrlOrigins: settings.returnUrlOrigins,
    bindUserAgent: settings.bindUserAgent === 'required',
    refreshTimes: refresh,
    tokenCache: settings.tokenCache,
    certificateSpreadMs: bank.certificateSpreadMs,
    webhookTimeoutMs: settings.webhooks.timeoutMs,
  }
}
