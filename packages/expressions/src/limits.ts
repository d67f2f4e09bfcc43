/** Documented maximum of an expression's text, in UTF-16 units. */
export const expressionCharactersMax = 10_000;
/** Nested calls. Keeps every recursive walk over a tree far below the stack's end. */
export const expressionDepthMax = 200;
/** Any text that a function makes while it evaluates, in UTF-16 units: nested `Replace` calls could otherwise multiply. */
export const valueCharactersMax = 1_000_000;
/** A value that a regular expression is applied to, in UTF-16 units. */
export const regexInputCharactersMax = 100_000;
/**
 * Matches of one replacement, times the length of its text. Each search is linear, but as with every such engine, finding
 * all matches can be quadratic: `(a*b)?` looks through the rest of a text of a's at each of them. Patterns that cannot do
 * that are not counted.
 */
export const regexSearchMax = 5_000_000;
/** A regular expression's text, in UTF-16 units. */
export const regexCharactersMax = 10_000;

export const filterGroupsMax = 100;
export const filterClausesMax = 100;
export const filterOperandsMax = 1_000;
export const filterOperandCharactersMax = 10_000;
