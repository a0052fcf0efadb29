import { once } from 'node:events'
import { createPracticeBank, type PracticeBank } from '../practice-bank.ts'
import { type Arguments, UsageError } from './arguments.ts'
import { type Certificates, provideCertificates } from './certificates.ts'
import { guide } from './guide.ts'

const dayMs = 86_400_000

/** Runs the practice bank until a signal ends it. */
export async function run(args: Arguments, print: (text: string) => void): Promise<void> {
  const stopping = stopSignal()
  const certificates = args.tlsFolder === null ? null : await certificatesIn(args.tlsFolder, args.host)
  const bank = bankFor(args, certificates)
  const frontUrl = await listen(bank, args)
  print(guide({ args, certificates, frontUrl, tokenUrl: bank.tokenUrl() }))
  if (!stopping.aborted) await once(stopping, 'abort')
  await bank.close()
}

async function certificatesIn(folder: string, host: string): Promise<Certificates> {
  try {
    return await provideCertificates(folder, host)
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw new UsageError(`--tls: ${folder} can not be used: ${(error as Error).message}.`)
  }
}

function stopSignal(): AbortSignal {
  const stopping = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopping.abort())
  return stopping.signal
}

function bankFor(args: Arguments, certificates: Certificates | null): PracticeBank {
  return createPracticeBank({
    clientId: args.clientId,
    apiKey: args.apiKey,
    redirectUris: args.redirectUris,
    accessTokenTtlSeconds: args.tokenLifetimeSeconds,
    consentValidityMs: args.consentDays * dayMs,
    gracePeriodMs: args.graceSeconds * 1000,
    revocation: args.revocation,
    controlInterface: true,
    ...(certificates === null ? {} : secured(certificates)),
  })
}

function secured({ server: { cert, key }, authority }: Certificates) {
  return { https: { cert, key }, tokenListener: { cert, key, ca: authority.cert } }
}

async function listen(bank: PracticeBank, { host, port, tokenPort }: Arguments): Promise<string> {
  try {
    return await bank.listen({ host, port, tokenPort })
  } catch (error) {
    const { code, port: taken = port } = error as { code?: string; port?: number }
    if (code === 'EADDRINUSE') throw new UsageError(`Port ${taken} is taken; --port chooses another.`)
    if (code === 'EACCES') throw new UsageError(`Port ${taken} needs more rights; --port chooses another.`)
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
      throw new UsageError(`--host ${host} is no address of this machine.`)
    }
    throw error
  }
}
