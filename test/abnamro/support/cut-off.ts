import type { Test } from 'tap'
import type { BrokerHost } from '../../support/broker.ts'
import { startLossyProxy } from '../../support/lossy-proxy.ts'

/** Starts a broker whose database is out of reach as long as a test wants it. */
export async function startCutOff(t: Pick<Test, 'teardown'>, host: BrokerHost, env: Record<string, string>) {
  const proxy = await startLossyProxy(t, host.databaseUrl)
  const cutOff = await host.startBroker({
    ...env,
    DATABASE_URL: proxy.url,
    PUBLIC_PORT: '0',
    REFRESHER: 'off',
    TOKEN_CACHE: 'off',
    SALVAGE_WAIT: '1s',
  })
  return { proxy, cutOff }
}
