const depthMax = 64;

/** Whether a JSON text nests at most 64 levels. Looks at brackets outside of strings only; wrong JSON may pass. */
export function checkDepth(text: string): boolean {
  // Every level costs a bracket, so a short text cannot be deep.
  if (text.length <= depthMax) return true;
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    switch (text.charCodeAt(index)) {
      case 0x22:
        index = endOfString(text, index);
        break;
      case 0x5b:
      case 0x7b:
        depth += 1;
        if (depth > depthMax) return false;
        break;
      case 0x5d:
      case 0x7d:
        depth -= 1;
        break;
    }
  }
  return true;
}

/** Index of the quotation mark that ends the string which starts at `start`, or the end of the text. */
function endOfString(text: string, start: number): number {
  let end = start;
  for (;;) {
    end = text.indexOf('"', end + 1);
    if (end === -1) return text.length;
    let backslashes = 0;
    while (text.charCodeAt(end - 1 - backslashes) === 0x5c) backslashes += 1;
    if (backslashes % 2 === 0) return end;
  }
}
