import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import t from 'tap'
import { OperatorError } from '../../src/core/errors.ts'
import { assertPortsUsable } from '../../src/demo/ports.ts'
import { isPortFree } from '../../src/demo/postgres-places.ts'
import { isOfWhatWasKept, StepError } from '../../src/demo/progress.ts'
import { freePort } from '../support/ports.ts'

const ANYBODY = 65_534
const PRIVILEGED = 443

// Below this number a port is for root alone; where there is no such line, for root as well as for us.
function firstFreePort(): number {
  try {
    return Number(readFileSync('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'utf8'))
  } catch {
    return 0
  }
}

async function asAnybody<T>(run: () => Promise<T>): Promise<T> {
  if (process.getuid?.() !== 0) return run()
  process.seteuid?.(ANYBODY)
  return run().finally(() => process.seteuid?.(0))
}

t.test('a port that is taken is called so, and others are offered', async (t) => {
  const [bank, internal] = [await freePort(), await freePort()]
  const server = createServer().listen(bank, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  t.notOk(await isPortFree(bank))
  await t.rejects(assertPortsUsable({ bank, internal }, ['bank', 'internal']), {
    message: new RegExp(
      `^Port ${bank} of 127.0.0.1, meant for the practice bank, is taken by another program.*` +
        ` End it, or choose otherwise: npm run demo -- --bank-port ${bank + 10_000}$`,
    ),
  })
  await assertPortsUsable({ internal }, ['internal'])
})

const skip = firstFreePort() <= PRIVILEGED && 'here anybody may listen there'

t.test('a port that is not for us is not called taken', { skip }, async (t) => {
  await asAnybody(() =>
    t.rejects(assertPortsUsable({ bank: PRIVILEGED }, ['bank']), {
      message:
        'Port 443 of 127.0.0.1, meant for the practice bank, cannot be listened on (EACCES).' +
        ' Choose otherwise: npm run demo -- --bank-port 10443',
    }),
  )
})

t.test('beginning anew is advised only where what was kept is at fault', async (t) => {
  const codes = ['keys_unusable', 'schema_unusable', 'settings_invalid', 'database_unusable'] as const
  const advised = codes.filter((code) =>
    isOfWhatWasKept(new StepError('broker', new OperatorError(code, 'x'))),
  )
  t.strictSame(advised, ['keys_unusable', 'schema_unusable'])
  t.notOk(isOfWhatWasKept(new StepError('broker', new Error('x'))))
})
