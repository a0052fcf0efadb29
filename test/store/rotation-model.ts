/** The rules of DESIGN 4.1 and 4.3 for one row, in memory: what the store is compared with. */
export interface Attempt {
  readonly id: string
  readonly chain: number
  readonly version: number
  /** Which claim of its pair, given-back ones included. */
  readonly presentation: number
}

export interface ModelRow {
  chain: number
  version: number
  /** The attempts that may have presented this very token: no column of the store's, but what really happened. */
  sent: readonly string[]
  claims: number
  /** The bank said no to it. */
  refused: boolean
  attempt: string | null
  settledAttempt: string | null
  settledPresentation: number
}

export interface Model {
  status: 'active' | 'reauthorization_required' | 'revoked'
  reason: 'refused_by_bank' | 'rotation_lost' | null
  row: ModelRow | null
}

export function newModel(): Model {
  return { status: 'active', reason: null, row: newRow(1) }
}

function newRow(chain: number): ModelRow {
  return {
    chain,
    version: 1,
    sent: [],
    claims: 0,
    refused: false,
    attempt: null,
    settledAttempt: null,
    settledPresentation: 0,
  }
}

function isPairOf(row: ModelRow | null, { chain, version }: Attempt): row is ModelRow {
  return row !== null && row.chain === chain && row.version === version
}

export function mayClaim({ row, status }: Model): boolean {
  return status === 'active' && row !== null && row.attempt === null && row.sent.length === 0
}

export function present(row: ModelRow, id: string): Attempt {
  row.sent = [...row.sent, id]
  row.attempt = id
  row.claims += 1
  return { id, chain: row.chain, version: row.version, presentation: row.claims }
}

/** A good answer needs chain and version only; a later presentation wins at the version above. */
export function settle(model: Model, attempt: Attempt): 'settled' | 'superseded' | 'gone' {
  const { row } = model
  if (row === null) return 'gone'
  if (!wins(row, attempt)) return isOwn(row, attempt) ? 'settled' : 'superseded'
  Object.assign(row, {
    version: attempt.version + 1,
    sent: [],
    claims: 0,
    refused: false,
    attempt: null,
    settledAttempt: attempt.id,
    settledPresentation: attempt.presentation,
  })
  revive(model)
  return 'settled'
}

function wins(row: ModelRow, { chain, version, presentation }: Attempt): boolean {
  if (row.chain !== chain) return false
  const overtakes = row.settledPresentation > 0 && row.settledPresentation < presentation
  return row.version === version || (row.version === version + 1 && overtakes)
}

function isOwn(row: ModelRow, attempt: Attempt): boolean {
  return row.chain === attempt.chain && row.settledAttempt === attempt.id
}

function revive(model: Model): void {
  if (model.reason === 'rotation_lost') Object.assign(model, { status: 'active', reason: null })
}

/** A verdict needs its own attempt. */
export function endOwn({ row }: Model, attempt: Attempt): boolean {
  if (!isPairOf(row, attempt) || row.attempt !== attempt.id) return false
  row.attempt = null
  return true
}

export function refuse(model: Model, attempt: Attempt): 'recorded' | 'not_mine' {
  if (!endOwn(model, attempt)) return 'not_mine'
  const presentations = model.row?.sent.length ?? 0
  if (model.row !== null) model.row.refused = true
  if (model.status === 'active') {
    const reason = presentations > 1 ? 'rotation_lost' : 'refused_by_bank'
    Object.assign(model, { status: 'reauthorization_required', reason })
  }
  return 'recorded'
}

/** What was never sent is taken back whoever holds the row, and is no more to be taken back. */
export function giveBack(model: Model, attempt: Attempt): void {
  const { row } = model
  if (!isPairOf(row, attempt) || !row.sent.includes(attempt.id)) return
  row.sent = row.sent.filter((id) => id !== attempt.id)
  if (row.attempt === attempt.id) row.attempt = null
  if (row.sent.length <= 1 && !row.refused) revive(model)
}

/** Time alone: token, lease and SALVAGE_WAIT are over. A token presented once waits for its second presentation. */
export function lose(model: Model): void {
  const { row } = model
  if (row === null || row.sent.length === 0) return
  row.attempt = null
  if (model.status === 'active' && row.sent.length > 1)
    Object.assign(model, { status: 'reauthorization_required', reason: 'rotation_lost' })
}

/** A renewal begins a new chain, whatever the old one did. */
export function renew(model: Model): number | null {
  if (model.row === null) return null
  model.row = newRow(model.row.chain + 1)
  Object.assign(model, { status: 'active', reason: null })
  return model.row.chain
}

export function revoke(model: Model): void {
  Object.assign(model, { status: 'revoked', reason: null, row: null })
}
