import { migrateToLatest } from '../../src/store/migrate.ts'

/** Brings the template database up to date; every connection is closed when it resolves. */
export async function applyMigrations(url: string): Promise<void> {
  await migrateToLatest(url)
}
