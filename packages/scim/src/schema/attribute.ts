import type { Attribute, AttributeType } from './characteristics.ts';

export type Exceptions = Partial<Omit<Attribute, 'name' | 'type' | 'description'>>;

/**
 * An attribute with the defaults of RFC 7643 §2.2, except that references and binaries compare case-exactly
 * (RFC 7643 §2.3.6, §2.3.7).
 */
export function attribute(
  name: string,
  type: AttributeType,
  description: string,
  exceptions: Exceptions = {},
): Attribute {
  return {
    name,
    type,
    multiValued: false,
    description,
    required: false,
    caseExact: type === 'reference' || type === 'binary',
    mutability: 'readWrite',
    returned: 'default',
    uniqueness: 'none',
    ...exceptions,
  };
}

export function text(name: string, description: string, exceptions: Exceptions = {}): Attribute {
  return attribute(name, 'string', description, exceptions);
}

/** A multi-valued complex attribute with the default sub-attributes of RFC 7643 §2.4 around the given `value`. */
export function plural(
  name: string,
  description: string,
  value: Attribute,
  canonicalTypes: readonly string[],
): Attribute {
  return attribute(name, 'complex', description, {
    multiValued: true,
    subAttributes: [
      value,
      text('display', 'A name for people, shown with the value.'),
      label(canonicalTypes),
      primary(),
    ],
  });
}

/** The sub-attribute `type`; its canonical values are suggestions, others are accepted. */
export function label(canonicalValues: readonly string[]): Attribute {
  return text('type', "A label of the value's function.", canonicalValues.length === 0 ? {} : { canonicalValues });
}

export function primary(): Attribute {
  return attribute('primary', 'boolean', 'Whether this is the preferred value; true for at most one value.');
}
