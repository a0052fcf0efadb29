import { listenError } from './postgres-places.ts'

/** What the demo listens on, all of it on 127.0.0.1. */
export interface Ports {
  readonly internal: number
  readonly public: number
  readonly bank: number
  readonly postgres: number
}

export type PortName = keyof Ports

/** How a port is chosen, and what it is for. */
export const PORTS: Record<PortName, { flag: string; setting?: string; usual: number; purpose: string }> = {
  internal: {
    flag: 'internal-port',
    setting: 'INTERNAL_PORT',
    usual: 8080,
    purpose: "the broker's API and docs",
  },
  public: {
    flag: 'public-port',
    setting: 'PUBLIC_PORT',
    usual: 8081,
    purpose: "the broker's pages for customers",
  },
  bank: { flag: 'bank-port', usual: 8082, purpose: 'the practice bank' },
  postgres: { flag: 'postgres-port', usual: 8083, purpose: 'PostgreSQL' },
}

export const PORT_NAMES = Object.keys(PORTS) as readonly PortName[]

interface Unusable {
  readonly name: PortName
  readonly port: number
  readonly code: string
}

/** Rejects unless all of these ports can be listened on, with why not and how to choose others. */
export async function assertPortsUsable<Name extends PortName>(
  ports: Pick<Ports, Name>,
  names: readonly Name[],
): Promise<void> {
  const found = await Promise.all(
    names.map(async (name) => ({ name, port: ports[name], code: await listenError(ports[name]) })),
  )
  const unusable = found.flatMap(({ code, ...port }) => (code === null ? [] : [{ ...port, code }]))
  if (unusable.length > 0) throw cannotListen(unusable)
}

function cannotListen(unusable: readonly Unusable[]): Error {
  const taken = unusable.filter(({ code }) => code === 'EADDRINUSE')
  const refused = unusable.filter(({ code }) => code !== 'EADDRINUSE')
  const sentences = [...takenSentence(taken), ...refused.map(refusedSentence)]
  const flags = unusable.map(({ name, port }) => `--${PORTS[name].flag} ${otherPort(port)}`)
  const choose = taken.length > 0 ? 'End it, or choose' : 'Choose'
  return new Error(`${sentences.join('\n')} ${choose} otherwise: npm run demo -- ${flags.join(' ')}`)
}

function takenSentence(taken: readonly Unusable[]): string[] {
  const [first] = taken
  if (first === undefined) return []
  const all = `${taken.map(subject).join('\n')} ${taken.length === 1 ? 'is' : 'are'}`
  return [`${all} taken by another program, perhaps another demo ("lsof -i :${first.port}" shows it).`]
}

function refusedSentence(refused: Unusable): string {
  return `${subject(refused)} cannot be listened on (${refused.code}).`
}

function subject({ name, port }: Unusable): string {
  return `Port ${port} of 127.0.0.1, meant for ${PORTS[name].purpose},`
}

function otherPort(port: number): number {
  return port < 55_535 ? port + 10_000 : port - 10_000
}
