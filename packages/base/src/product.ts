/** The product's own name, in its one place. The npm scope `@joinery` is its lower-case form. */
export const product = {
  name: 'Joinery',
  command: 'joinery',
  /** Prefix of environment variables and of generated secrets' scannable prefix. */
  environmentPrefix: 'JOINERY_',
  version: '0.1.0',
} as const;
