import { HELP, readWords, runCommand } from './command.ts'
import { readSome } from './config.ts'
import { migrateToLatest } from './store/index.ts'

const USAGE = `Usage: npm run migrate

Brings the schema of the database up to date that DATABASE_URL names.`

await runCommand(main, 'what it lacks is applied by the next run.')

async function main(): Promise<void> {
  if (readWords({ options: HELP }, USAGE).values.help) return console.log(USAGE)
  const { DATABASE_URL: url } = readSome(process.env, 'DATABASE_URL')
  const applied = await migrateToLatest(url.reveal())
  console.log(applied.length === 0 ? 'The schema is up to date.' : `Applied ${applied.join(', ')}.`)
}
