import { existsSync } from 'node:fs'
import { rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { createWorld } from '../support/broker.ts'
import { t } from '../support/parts.ts'
import { spoolStatus } from './fixtures.ts'

const MEMORY = '/dev/shm'
const world = await createWorld(t)

t.test('a folder that cannot be used stops the start with a sentence', async (t) => {
  const folder = t.testdir({ file: 'no folder' })
  for (const path of [join(folder, 'file'), join(folder, 'file', 'spool')]) {
    await t.rejects(world.startBroker({ SPOOL_DIR: path }), {
      code: 'settings_invalid',
      message:
        /^SPOOL_DIR names a folder that this process cannot create, or cannot write to \(E\w+\); a right value is \//,
    })
  }
})

t.test('a folder that is missing is made, for its owner only', async (t) => {
  const folder = join(t.testdir({}), 'a', 'spool')
  const broker = await world.startBroker({ SPOOL_DIR: folder, PUBLIC_PORT: '0' })
  t.equal((await stat(folder)).mode & 0o777, 0o700)
  t.notOk(broker.logged.some((line) => line.includes('SPOOL_DIR')))
  t.match(await spoolStatus(broker), { enabled: true })
})

t.test('no folder: the start warns', async (t) => {
  const broker = await world.startBroker({ PUBLIC_PORT: '0' })
  t.ok(broker.logged.some((line) => line.includes('SPOOL_DIR is not set')))
  t.same(await spoolStatus(broker), { enabled: false, unsaved: 0, waiting: 0, set_aside: 0 })
})

t.test('a folder in memory: the start warns', { skip: !existsSync(MEMORY) && 'no tmpfs here' }, async (t) => {
  const folder = join(MEMORY, `token-broker-spool-${process.pid}`)
  t.teardown(() => rm(folder, { recursive: true, force: true }))
  const broker = await world.startBroker({ SPOOL_DIR: folder, PUBLIC_PORT: '0' })
  t.ok(broker.logged.some((line) => line.includes('SPOOL_DIR is in memory (tmpfs)')))
})
