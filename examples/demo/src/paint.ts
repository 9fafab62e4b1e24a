import { styleText } from 'node:util'

type Colour = 'bold' | 'dim' | 'green' | 'red' | 'yellow'

/** Colours a text for a terminal, and leaves it alone for a file, a pipe or `NO_COLOR`. */
export const paint = (colour: Colour, text: string): string => {
  const { NO_COLOR: plain } = process.env
  return process.stdout.isTTY && !plain ? styleText(colour, text) : text
}
