/** UTF-16 offsets into the text, `end` exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export type ComparisonOperator = '=' | '<>' | '>' | '>=' | '<' | '<=';

/** Expression tree: immutable, every node with its place in the text. */
export type Expression =
  | ({
      readonly kind: 'function';
      readonly name: string;
      readonly nameSpan: Span;
      readonly args: readonly Argument[];
    } & Span)
  | ({ readonly kind: 'attribute'; readonly name: string } & Span)
  | ({
      readonly kind: 'constant';
      readonly value: string;
      /** how it was written */ readonly form: 'string' | 'number' | 'hex' | 'word';
    } & Span)
  | ({
      readonly kind: 'comparison';
      readonly operator: ComparisonOperator;
      readonly left: Expression;
      readonly right: Expression;
    } & Span);

/** `omitted`: an empty slot, as in `Replace([a], , "x", , "", , )`. */
export type Argument = Expression | ({ readonly kind: 'omitted' } & Span);
