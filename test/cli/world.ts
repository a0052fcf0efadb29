import { t as file } from 'tap'
import { createWorld } from '../support/broker.ts'

type Made = ReturnType<typeof make>
let made: Made | null = null

/** One world and one broker for all parts; they end with the file. */
export function cliWorld(): Made {
  made ??= make()
  return made
}

async function make() {
  const world = await createWorld(file)
  return { world, broker: await world.startBroker() }
}
