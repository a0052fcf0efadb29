// Keeps the PostgreSQL all test files of a run share: `node embedded-postgres-keeper.ts <folder> <pid of the run>`.
// It ends the server when the run's process is gone, however that happened.
import { rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { isAlive } from '../../src/demo/postgres-process.ts'
import { applyMigrations } from './apply-migrations.ts'
import { sweepFolders } from './embedded-postgres-folder.ts'
import { createPrivateServer } from './embedded-postgres-private.ts'
import type { SharedServer } from './embedded-postgres-shared.ts'
import { createPgBouncer } from './pgbouncer.ts'

const POLL_MS = 100
const TEMPLATE = 'template_migrated'

const [folder = '', owner = ''] = process.argv.slice(2)
try {
  const server = await createPrivateServer({ folder })
  await cheapenLogins(server.url)
  const pooler = process.env.TEST_PGBOUNCER === 'on' ? await createPgBouncer(server.url) : null
  const pooledUrl = pooler?.through(server.url) ?? null
  await answer({ url: server.url, pooledUrl, template: await makeTemplate(server.url) })
  await untilGone(Number(owner))
  await pooler?.destroy()
  await server.destroy()
} catch (error) {
  await answer({ error: String(error) })
  await untilGone(Number(owner))
}
await rm(folder, { recursive: true, force: true })
await sweepFolders()

// A client proves that it knows the password by thousands of rounds of a hash, a millisecond a connection; here one does.
async function cheapenLogins(serverUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl })
  await client.connect()
  const { rows } = await client.query(`select from pg_settings where name = 'scram_iterations'`)
  // PostgreSQL 15 has no such setting.
  if (rows.length === 1) {
    const password = client.escapeLiteral(new URL(serverUrl).password)
    await client.query(`set scram_iterations = 1; alter role current_user password ${password}`)
  }
  await client.end()
}

async function makeTemplate(serverUrl: string): Promise<string> {
  const client = new pg.Client({ connectionString: serverUrl })
  await client.connect()
  await client.query(`create database ${TEMPLATE}`)
  await applyMigrations(new URL(`/${TEMPLATE}`, serverUrl).href)
  // A stray connection to the template would make every cloning fail.
  await client.query(`alter database ${TEMPLATE} allow_connections false`)
  await client.end()
  return TEMPLATE
}

async function untilGone(pid: number): Promise<void> {
  while (isAlive(pid)) await sleep(POLL_MS)
}

// Written beside and renamed, so that nobody reads a half.
async function answer(content: SharedServer): Promise<void> {
  const unfinished = join(folder, 'server.json.unfinished')
  await writeFile(unfinished, JSON.stringify(content), { mode: 0o600 })
  await rename(unfinished, join(folder, 'server.json'))
}
