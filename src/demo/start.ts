import { build as buildPrettyLog } from 'pino-pretty'
import { systemClock } from '../clock.ts'
import { startService } from '../compose.ts'
import { createLogger } from '../logger.ts'
import { createPracticeBank, type PracticeBank } from '../practice-bank/index.ts'
import type { Releasers } from '../releasers.ts'
import { type Api, createApi } from './api.ts'
import type { Arguments } from './arguments.ts'
import { API_KEY, brokerSettings, CLIENT_ID, redirectUri, urlsOf } from './broker-settings.ts'
import { prepareDatabase } from './database.ts'
import { endEarlierRun } from './earlier-run.ts'
import { type DemoCaller, type Kept, readKept } from './kept.ts'
import { assertPortsUsable } from './ports.ts'
import { startEmbeddedPostgres } from './postgres.ts'
import type { Progress } from './progress.ts'

/** What a demo is run with. */
export interface Run {
  readonly args: Arguments
  readonly progress: Progress
  readonly stopping: AbortSignal
  /** Ends with `stopping`, and after a while anyway. */
  readonly fetchPage: typeof fetch
}

/** What the demo started. */
export interface Started {
  readonly kept: Kept
  readonly api: Record<DemoCaller, Api>
}

/** Starts everything on its port, and leaves with `releasers` how to end it. */
export async function startEverything(run: Run, releasers: Releasers): Promise<Started> {
  const { args, progress } = run
  await progress.step('ports', async (tell) => {
    // PostgreSQL looks to its own, once an earlier one has let go of it.
    await assertPortsUsable(args.ports, ['internal', 'public', 'bank'])
    tell(`${Object.values(args.ports).join(', ')} of 127.0.0.1`)
  })
  const kept = await progress.step('keys', async (tell) => {
    const found = await readKept(args.folder)
    tell(`${found.isNew ? 'made and kept' : 'those of the earlier runs'} in ${args.folder}`)
    return found
  })
  const databaseUrl = await startDatabase(run, kept, releasers)
  // Closed after the broker, which settles what it holds with it.
  const bank = createBank(run)
  releasers.add(bank.close)
  await startBroker(run, { kept, databaseUrl }, releasers)
  const api = apisOf(run, kept)
  // Before the bank opens: no token of a grant it forgot is ever presented to it.
  await progress.step('earlier consents', async (tell) => tell(await endEarlierRun(api)))
  await openBank(run, bank)
  return { kept, api }
}

async function startDatabase(
  { args, progress }: Run,
  { database }: Kept,
  releasers: Releasers,
): Promise<string> {
  const server = await progress.step('PostgreSQL', async (tell) => {
    const dataDir = `${args.folder}/postgres`
    const started = await startEmbeddedPostgres({
      dataDir,
      port: args.ports.postgres,
      onProgress: progress.note,
    })
    releasers.add(started.stop)
    tell(`accepts connections on port ${args.ports.postgres}`)
    return started
  })
  return progress.step('migrations', async (tell) => {
    const { url, applied } = await prepareDatabase(server.url, database)
    tell(applied.length === 0 ? 'the schema is up to date' : `${applied.length} applied`)
    return url
  })
}

function startBroker(
  { args, progress }: Run,
  { kept, databaseUrl }: { kept: Kept; databaseUrl: string },
  releasers: Releasers,
): Promise<void> {
  return progress.step('broker', async (tell) => {
    const settings = brokerSettings(args, kept, databaseUrl)
    const destination = buildPrettyLog({
      destination: 2,
      sync: true,
      colorize: process.stderr.isTTY === true,
    })
    const log = createLogger({ level: settings.logLevel, destination })
    const service = await startService(settings, { clock: systemClock, log })
    releasers.add(service.stop)
    tell(`API on ${service.internalUrl}, pages for customers on ${service.publicUrl}`)
  })
}

function createBank({ args }: Run): PracticeBank {
  return createPracticeBank({
    clientId: CLIENT_ID,
    apiKey: API_KEY,
    redirectUris: [redirectUri(args)],
    accessTokenTtlSeconds: args.tokenLifetimeSeconds,
    controlInterface: true,
  })
}

function openBank({ args, progress }: Run, bank: PracticeBank): Promise<void> {
  return progress.step('practice bank', async (tell) => {
    const url = await bank.listen({ port: args.ports.bank })
    tell(`looks like ABN AMRO, on ${url}; its access tokens live ${args.tokenLifetimeSeconds} s`)
  })
}

function apisOf({ args, fetchPage }: Run, { keys }: Kept): Record<DemoCaller, Api> {
  const { internal } = urlsOf(args)
  return {
    ledger: createApi(fetchPage, internal, keys.ledger),
    operations: createApi(fetchPage, internal, keys.operations),
  }
}
