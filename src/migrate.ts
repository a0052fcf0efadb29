import { runCommand } from './command.ts'
import { readSome } from './config.ts'
import { migrateToLatest } from './store/index.ts'

await runCommand(main, 'what it lacks is applied by the next run.')

async function main(): Promise<void> {
  const { DATABASE_URL: url } = readSome(process.env, 'DATABASE_URL')
  const applied = await migrateToLatest(url.reveal())
  console.log(applied.length === 0 ? 'The schema is up to date.' : `Applied ${applied.join(', ')}.`)
}
