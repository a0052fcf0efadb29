import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

export interface CommandRun {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

type Env = Record<string, string>

/** Runs `npm run rekey`'s program with this environment and nothing else. */
export const runRekey = (env: Env): Promise<CommandRun> => runCommand('rekey', env)

/** Runs `npm run migrate`'s program likewise. */
export const runMigrate = (env: Env): Promise<CommandRun> => runCommand('migrate', env)

/** Runs `npm run audit:verify`'s program likewise, with these words behind it. */
export const runAuditVerify = (env: Env, ...words: string[]): Promise<CommandRun> =>
  runCommand('audit-verify', env, words)

async function runCommand(
  name: 'migrate' | 'rekey' | 'audit-verify',
  env: Env,
  words: readonly string[] = [],
): Promise<CommandRun> {
  const script = fileURLToPath(new URL(`../../src/${name}.ts`, import.meta.url))
  const child = spawn(process.execPath, [script, ...words], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = once(child, 'close')
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
  const [exitCode] = (await ended) as [number]
  return { exitCode, stdout, stderr }
}
