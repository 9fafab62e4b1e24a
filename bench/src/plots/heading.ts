/** What stands above a whole plot: its title, and what one must know to read it. */
export const headingOf = (text: string, notes: readonly string[]) => ({
  text,
  subtitle: [...notes],
  anchor: 'start' as const,
  fontSize: 15,
  offset: 18,
})
