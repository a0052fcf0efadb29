import { migrateToLatest } from './store/index.ts'

const url = process.env.DATABASE_URL

if (url === undefined || url === '') {
  console.error(
    'DATABASE_URL is missing: set it to the database to migrate, for example postgres://broker@localhost/broker.',
  )
  process.exitCode = 1
} else {
  const applied = await migrateToLatest(url)
  console.log(applied.length === 0 ? 'The schema is up to date.' : `Applied ${applied.join(', ')}.`)
}
