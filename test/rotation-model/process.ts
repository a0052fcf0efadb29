/** The state of one broker process; a restart begins another. */
export interface Process {
  readonly name: string
  alive: boolean
  /** It goes on by no step of its own: no statement, no timer. */
  frozen: boolean
  /** Its connections to the database are refused. */
  cut: boolean
  /** What its next write loses. */
  loses: 'nothing' | 'statement' | 'acknowledgement'
  /** It was once kept from its work while the others went on (L1 of DESIGN 4.8). */
  alone: boolean
  /** How often something kept it from its work. */
  faults: number
}

export function newProcess(name: string): Process {
  return { name, alive: true, frozen: false, cut: false, loses: 'nothing', alone: false, faults: 0 }
}

export function isImpaired({ frozen, cut, loses }: Process): boolean {
  return frozen || cut || loses !== 'nothing'
}
