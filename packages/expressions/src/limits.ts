/** Documented maximum of an expression's text, in UTF-16 units. */
export const expressionCharactersMax = 10_000;
/** Nested calls. Keeps every recursive walk over a tree far below the stack's end. */
export const expressionDepthMax = 200;
/** Any text that a function makes while it evaluates, in UTF-16 units: nested `Replace` calls could otherwise multiply. */
export const valueCharactersMax = 1_000_000;
/** A value that a regular expression is applied to, in UTF-16 units. */
export const regexInputCharactersMax = 100_000;
/** Below this length of text, in UTF-16 units, searching again behind each match is always quick. */
export const regexShortText = 500;
/** Instructions of a compiled regular expression: a quantifier such as {1000} repeats those of what it stands behind. */
export const regexProgramMax = 10_000;
/** Instructions times UTF-16 units of the text, which is what a search costs at most; this many take some seconds. */
export const regexStepsMax = 40_000_000;
/** A regular expression's text, in UTF-16 units. */
export const regexCharactersMax = 10_000;
/** The same in the engine's syntax, where some classes are spelled out. */
export const regexTranslatedCharactersMax = 1_000_000;

export const filterGroupsMax = 100;
export const filterClausesMax = 100;
export const filterOperandsMax = 1_000;
export const filterOperandCharactersMax = 10_000;
