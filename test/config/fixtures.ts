import { fileURLToPath } from 'node:url'
import { readSettings } from '../../src/config.ts'
import { OperatorError } from '../../src/core/errors.ts'

/** Any file that can be read will do: what it holds is for others to judge. */
export const A_FILE = fileURLToPath(import.meta.url)

export const PASSWORD = 'database-password-9471'
export const API_KEY = 'api-key-of-the-app-5526'

/** The least that a start needs. */
export const ENV = {
  DATABASE_URL: `postgresql://broker:${PASSWORD}@db.example.nl/broker`,
  ENCRYPTION_KEYS_FILE: A_FILE,
  BANK_CLIENT_ID: 'TPP_test',
  BANK_API_KEY: API_KEY,
  BANK_TLS_CERT_FILE: A_FILE,
  BANK_TLS_KEY_FILE: A_FILE,
  BANK_REDIRECT_URI: 'https://consent.example.nl/callback',
  PUBLIC_URL: 'https://consent.example.nl/',
  CALLERS_FILE: A_FILE,
}

/** Gives the sentences by which these settings are refused, none when they are not. */
export function complaints(change: Record<string, string | undefined>): readonly string[] {
  try {
    readSettings({ ...ENV, ...change })
    return []
  } catch (error) {
    if (!(error instanceof OperatorError) || error.code !== 'settings_invalid') throw error
    return error.message.split('\n- ').slice(1)
  }
}
