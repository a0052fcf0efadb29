import { systemClock } from '../clock.ts'
import { readSome } from '../config.ts'
import { OperatorError } from '../core/errors.ts'
import { editFile, isOpenToOthers } from '../edit-file.ts'
import { appendKey, newKeyRing, putFirst, removeKey } from '../vault/index.ts'
import { HELP, type KeysTask, readTask } from './arguments.ts'
import { assertUnneeded } from './unneeded.ts'

type Task<Kind extends KeysTask['kind']> = Extract<KeysTask, { kind: Kind }>
type Env = Readonly<Record<string, string | undefined>>

/** Where it reads its settings, and tells what it did. */
export interface Surroundings {
  readonly env: Env
  readonly say: (text: string) => void
  readonly warn: (text: string) => void
}

/** Does what `npm run keys:new` is asked for; raises OperatorError, and what a database in trouble raises. */
export async function changeRing(words: readonly string[], { env, say, warn }: Surroundings): Promise<void> {
  const task = readTask(words)
  if (task.kind === 'help') return say(HELP)
  if (task.kind === 'print') return say(newKeyRing(task.kid ?? newKid()))
  say(`${await change(task, env)}\n`)
  if (await isOpenToOthers(task.file)) warn(`${task.file} can be read by others: chmod 600 it.\n`)
}

/** Resolves what was done, in a sentence. */
function change(task: Task<'append' | 'first' | 'remove'>, env: Env): Promise<string> {
  switch (task.kind) {
    case 'append':
      return append(task)
    case 'first':
      return putInFront(task)
    case 'remove':
      return remove(task, env)
  }
}

/** The day, and four digits that tell two of a day apart. */
function newKid(): string {
  const day = systemClock.now().toISOString().slice(0, 10)
  return `${day}-${crypto.randomUUID().slice(0, 4)}`
}

async function append({ file, kid = newKid() }: Task<'append'>): Promise<string> {
  let isNew = false
  const changed = await editFile(file, async (text) => {
    isNew = text === null
    return text === null ? newKeyRing(kid) : appendKey(text, kid)
  })
  if (isNew) return `Made ${file} with the key "${kid}".`
  if (!changed) return `${file} has the key "${kid}" already.`
  return `Appended the key "${kid}" to ${file}: it opens, and seals nothing yet. Restart all replicas, then put it in front with --first ${kid}.`
}

async function putInFront({ file, kid }: Task<'first'>): Promise<string> {
  const changed = await editFile(file, async (text) => putFirst(assertThere(file, text), kid))
  if (!changed) return `The key "${kid}" stands in front in ${file} already.`
  return `Put the key "${kid}" in front in ${file}. Restart all replicas: those that were not restarted since it was appended cannot open what it seals. Then run "npm run rekey".`
}

async function remove({ file, kid }: Task<'remove'>, env: Env): Promise<string> {
  const settings = readSome(env, 'DATABASE_URL', 'SPOOL_DIR')
  const changed = await editFile(file, async (text) => {
    const ring = assertThere(file, text)
    const without = removeKey(ring, kid)
    if (without !== null) await assertUnneeded(settings, ring, kid)
    return without
  })
  if (!changed) return `${file} has no key "${kid}".`
  return `Took the key "${kid}" out of ${file}: nothing is sealed under it. Restart all replicas.`
}

function assertThere(file: string, text: string | null): string {
  if (text !== null) return text
  throw new OperatorError('keys_unusable', `There is no file ${file}.`)
}
