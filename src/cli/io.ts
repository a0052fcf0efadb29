/** What a terminal can show; a pipe or a file has no width and no colour. */
export interface Terminal {
  /** Null where nobody looks: lines are as long as they are. */
  readonly columns: number | null
  readonly colour: boolean
}

/** What surrounds a command; handed in, so that tests need no process. */
export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly terminal: Terminal
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal
  /** One line of the answer. */
  say(line: string): void
  /** One line beside the answer, which a script's pipe does not get. */
  tell(line: string): void
  /** Whether a person sits there who can be asked. */
  readonly isInteractive: boolean
  ask(question: string): Promise<string>
  /** All of the standard input. */
  readInput(): Promise<string>
}

const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33 } as const
export type Paint = keyof typeof CODES

/** Colours a text where the terminal shows colours. */
export function paint({ colour }: Terminal, text: string, how: Paint | null): string {
  return colour && how !== null && text !== '' ? `\u001b[${CODES[how]}m${text}\u001b[0m` : text
}
