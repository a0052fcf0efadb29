/** The state of one broker process; a restart begins another. */
export interface Process {
  readonly name: string
  alive: boolean
  /** It goes on by no step of its own: no statement, no timer. */
  frozen: boolean
  /** After how many turns at the database it freezes: between a claim and the call, say. */
  freezesIn: number
  /** What waits for it to be thawed. */
  thaws: (() => void)[]
  /** Its connections to the database are refused. */
  cut: boolean
  /** What its next write loses. */
  loses: 'nothing' | 'statement' | 'acknowledgement'
  /** It was once kept from its work while the others went on (L1 of DESIGN 4.8). */
  alone: boolean
  /** A write of it was lost at some time. */
  lossy: boolean
  /** How often something kept it from its work. */
  faults: number
  /** What its bank binds tokens to; null while none are bound. */
  certificate: string | null
}

export function newProcess(name: string): Process {
  return {
    name,
    alive: true,
    frozen: false,
    freezesIn: 0,
    thaws: [],
    cut: false,
    loses: 'nothing',
    alone: false,
    lossy: false,
    faults: 0,
    certificate: null,
  }
}

/** Whether it can't reach its database; one lost statement is to be got over. */
export function isImpaired({ frozen, cut }: Process): boolean {
  return frozen || cut
}

/** Resolves at once, or when it is thawed; never in a process that has died frozen. */
export async function untilThawed(process: Process): Promise<void> {
  if (process.frozen) await new Promise<void>((thaw) => process.thaws.push(thaw))
}
