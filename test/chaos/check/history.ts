import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Presentation } from '../../../src/practice-bank/index.ts'
import type { World } from '../support/world.ts'
import type { Chain } from './chains.ts'

const SHOWN = 8

/** Tells a consent's last presentations, events and log lines, for a person to judge. */
export function historyOf(world: World, chain: Chain): string {
  const { consent, row, current, livesAtBank } = chain
  const lines = [
    ...chain.presentations.slice(-SHOWN).map((one) => ({ at: one.presentedAt, text: describe(one) })),
    ...row.events.slice(-SHOWN).map(({ type, detail, occurredAt }) => ({
      at: occurredAt.getTime(),
      text: `event ${type} ${JSON.stringify(detail)}`,
    })),
  ].sort((a, b) => a.at - b.at)
  const head =
    `consent ${consent.id}: ${row.status}/${row.statusReason}, version ${row.version}, ${row.presentations} presented, ` +
    `last error ${row.lastError}, token ${nameOf(row.refreshToken)}; at the bank ${nameOf(current)}, ${livesAtBank ? 'alive' : 'ended'}`
  const told = lines.map(({ at, text }) => `  ${timeOf(at)} ${text}`)
  return [head, ...told, ...logLines(world, consent.id)].join('\n')
}

function timeOf(at: number): string {
  return new Date(at).toISOString().slice(11, 23)
}

function logLines({ replicas }: World, consentId: string): string[] {
  const lines = replicas.flatMap(({ name, logFile }) =>
    readFileSync(logFile, 'utf8')
      .split('\n')
      .filter((line) => line.includes(consentId) && !line.includes('"token handed out"'))
      .slice(-SHOWN)
      .map((line) => `  ${name} logged ${line.slice(0, 600)}`),
  )
  return lines.slice(-2 * SHOWN)
}

function describe({
  refreshToken,
  from,
  outcome,
  fault,
  status,
  issued,
  presentedAt,
  endedAt,
}: Presentation) {
  const took = endedAt === null ? 'never ended' : `${endedAt - presentedAt} ms`
  const became = issued === null ? '' : ` -> ${nameOf(issued.refreshToken)}`
  return `${from} presented ${nameOf(refreshToken)}: ${outcome}${became}, fault ${fault}, answered ${status}, ${took}`
}

/** Short, and no secret. */
function nameOf(token: string): string {
  return createHash('sha256').update(token).digest('hex').slice(0, 6)
}
