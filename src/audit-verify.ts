import { createHash } from 'node:crypto'
import { type AnchorWriter, createAnchorWriter, openAnchors } from './anchor-file.ts'
import { createProgress, HELP, heedInterrupts, readWords, runCommand } from './command.ts'
import { readSome } from './config.ts'
import type { ChainFault, PrefixedHash } from './core/audit-chain.ts'
import { type Anchors, type VerifyResult, verifyAudit } from './core/verify-audit.ts'
import { checkSchema, createAuditStore, openDatabase } from './store/index.ts'

const USAGE = `Usage: npm run audit:verify [-- --anchors FILE]

Checks the history in the database that DATABASE_URL names. With --anchors it also compares where each chain ends with
what FILE held from the run before, and, when all is well, writes that down anew.`

const QUERY_TIMEOUT_MS = 60_000
const MOST_SHOWN = 1_000
const OPTIONS = { ...HELP, anchors: { type: 'string' } } as const
const NO_ANCHORS: Anchors = { next: async () => null }

const hash: PrefixedHash = (prefixHex, text) =>
  createHash('sha256').update(prefixHex, 'hex').update(text, 'utf8').digest('hex')

const isInterrupted = heedInterrupts()

await runCommand(main, 'nothing was changed; run this again.')

async function main(): Promise<void> {
  const { help, anchors = null } = readWords({ options: OPTIONS }, USAGE).values
  if (help) return console.log(USAGE)
  const { DATABASE_URL: url } = readSome(process.env, 'DATABASE_URL')
  const db = openDatabase({ url, maxConnections: 2, queryTimeoutMs: QUERY_TIMEOUT_MS, onError: () => {} })
  try {
    await checkSchema(db)
    await verifyWith(createAuditStore(db), anchors)
  } finally {
    await db.destroy()
  }
}

type Store = ReturnType<typeof createAuditStore>

/** Only where all is well are new anchors written: the former ones are the proof of what is not. */
async function verifyWith(store: Store, anchorFile: string | null): Promise<void> {
  const former = anchorFile === null ? null : await openAnchors(anchorFile)
  const writer = anchorFile === null ? null : await createAnchorWriter(anchorFile)
  try {
    const result = await verify(store, former ?? NO_ANCHORS, writer)
    tell(result)
    if (process.exitCode !== undefined) return
    await writer?.commit()
    if (writer !== null) tellAnchors(result, former !== null)
  } finally {
    await writer?.discard()
  }
}

function verify(store: Store, anchors: Anchors, writer: AnchorWriter | null): Promise<VerifyResult> {
  return verifyAudit({
    store,
    hash,
    anchors,
    onFault: createFaultTeller(),
    onHead: async (head) => writer?.write(head),
    onProgress: createProgress(describeProgress),
    isInterrupted,
  })
}

function createFaultTeller() {
  let shown = 0
  return ({ chain, position, problem }: ChainFault) => {
    shown += 1
    const whose = chain.startsWith('bank:') ? `bank ${chain.slice('bank:'.length)}` : `consent ${chain}`
    const where = position === null ? '' : `, position ${position}`
    if (shown <= MOST_SHOWN) console.error(`${whose}${where}: ${problem}.`)
  }
}

function describeProgress({ chains, events }: VerifyResult, estimate: number | null): string {
  const of = estimate === null ? '' : ` of about ${Math.max(estimate, events)}`
  return `${events}${of} events, ${chains} chains`
}

function tell({ chains, events, faults, unchained, interrupted }: VerifyResult): void {
  console.log(`Read ${plural(events, 'event')} of ${plural(chains, 'chain')}.`)
  if (unchained > 0) {
    console.log(`${plural(unchained, 'consent')} without a chain yet: it begins with the next event.`)
  }
  if (faults > 0)
    console.error(`${plural(faults, 'fault')}: the history was changed by other means than the broker.`)
  if (interrupted) console.error('Interrupted: not all was looked at.')
  if (faults > 0 || interrupted) process.exitCode = 1
  else console.log('All of them are whole.')
}

function plural(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}

function tellAnchors({ chains }: VerifyResult, hadFormer: boolean): void {
  const fit = hadFormer ? 'The former anchors fit. ' : ''
  console.log(
    `${fit}The end of ${plural(chains, 'chain')} was written down; keep the file where the database's owner cannot.`,
  )
}
