/** The rules for names of entity types: those of the service, told while one types. */

const LENGTH = 50;
const FORBIDDEN = /[:$&%*()+~#/?]/;

/** What is wrong with a name, or null. */
export function wrongName(name: string, known: readonly string[]): string | null {
  if (name.trim() === "") return "Type a name.";
  if (name !== name.trim()) return "A name has no spaces at its ends.";
  if ([...name].length > LENGTH) return `A name has at most ${LENGTH} characters.`;
  if (FORBIDDEN.test(name)) return "A name has none of the signs : $ & % * ( ) + ~ # / ?";
  if (known.includes(name)) return "There is an entity with this name.";
  return null;
}
