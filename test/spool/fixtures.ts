import { randomUUID } from 'node:crypto'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type t from 'tap'
import { fileNameOf, sealAnswer } from '../../src/core/answer-file.ts'
import { sealPair } from '../../src/core/pair.ts'
import { Secret } from '../../src/core/secret.ts'
import type { BankAnswer } from '../../src/core/spool.ts'
import type { PairId } from '../../src/core/tokens.ts'
import type { Vault } from '../../src/core/vault.ts'
import { createVault, parseKeyRing } from '../../src/vault/index.ts'
import { type Answer, call } from '../support/api.ts'
import { createWorld, type TestBroker, type World } from '../support/broker.ts'
import { type LossyProxy, startLossyProxy } from '../support/lossy-proxy.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { connectSql, type Sql } from '../support/sql.ts'

type Test = Pick<typeof t, 'teardown' | 'testdir'>

export interface SpoolWorld extends World {
  readonly proxy: LossyProxy
  /** Past the proxy. */
  readonly directUrl: string
  readonly sql: Sql
  readonly spoolDir: string
  readonly vault: Vault
  /** The names in SPOOL_DIR. */
  files(): Promise<string[]>
}

/** A world whose brokers spool, and reach their database through a proxy that can be shut. */
export async function createSpoolWorld(t: Test): Promise<SpoolWorld> {
  const { url: directUrl } = await createTestDatabase(t)
  const proxy = await startLossyProxy(t, directUrl)
  const spoolDir = join(t.testdir({}), 'spool')
  const world = await createWorld(t, { databaseUrl: proxy.url, env: { SPOOL_DIR: spoolDir } })
  const vault = createVault(parseKeyRing(await readFile(world.env.ENCRYPTION_KEYS_FILE ?? '', 'utf8')))
  return {
    ...world,
    proxy,
    directUrl,
    spoolDir,
    vault,
    sql: connectSql(t, directUrl),
    files: () => readdir(spoolDir),
  }
}

/** What `GET /v1/status` says of the spool. */
export async function spoolStatus(broker: Pick<TestBroker, 'internalUrl'>): Promise<Answer['body']> {
  return (await call(broker, 'GET /v1/status', { as: 'ops' })).body.spool
}

/** An answer to a rotation of this pair, as it would have been spooled. */
export async function rotationOf(
  vault: Vault,
  pair: PairId,
  attemptId: string = randomUUID(),
): Promise<Extract<BankAnswer, { kind: 'rotation' }>> {
  const { consentId, chain, version } = pair
  const next = { consentId, chain, version: version + 1 }
  const tokens = { accessToken: new Secret(`spooled-${attemptId}`), refreshToken: new Secret('next') }
  const now = Date.now()
  return {
    kind: 'rotation',
    attempt: { consentId, chain, version, attemptId, presentation: 1 },
    accountOpen: false,
    pair: {
      ...(await sealPair({ vault }, next, tokens)),
      tokenType: 'Bearer',
      scope: null,
      obtainedAt: new Date(now),
      accessExpiresAt: new Date(now + 7_200_000),
      dueAt: new Date(now + 3_600_000),
    },
  }
}

/** Writes an answer into SPOOL_DIR, by its name or another; resolves the name. */
export async function spoolBy(
  { spoolDir, vault }: Pick<SpoolWorld, 'spoolDir' | 'vault'>,
  answer: BankAnswer,
  name: string = fileNameOf(answer),
): Promise<string> {
  await writeFile(join(spoolDir, name), await sealAnswer(vault, answer))
  return name
}
