import { ConfigError } from '@joinery/base';
import { ConnectorError, type TargetAttribute, type TargetObjectType } from '@joinery/connector-kit';
import { parseTargetPath, type TargetPath } from './target-path.ts';

export interface ShapedAttribute {
  readonly attribute: TargetAttribute;
  readonly path: TargetPath;
}

/** An object type with its attribute paths parsed, once. */
export interface ObjectShape {
  readonly type: TargetObjectType;
  /** With leading slash. */
  readonly endpoint: '/Users' | '/Groups';
  readonly attributes: ReadonlyMap<string, ShapedAttribute>;
}

const shapes = new WeakMap<TargetObjectType, ObjectShape>();

/** Throws `ConfigError` for an attribute whose path can't be written. */
export function shapeOf(type: TargetObjectType): ObjectShape {
  const known = shapes.get(type);
  if (known !== undefined) return known;
  const attributes = new Map(
    type.attributes.map((attribute) => [attribute.name, { attribute, path: parseTargetPath(attribute.name) }]),
  );
  const shape: ObjectShape = { type, endpoint: type.kind === 'user' ? '/Users' : '/Groups', attributes };
  shapes.set(type, shape);
  return shape;
}

/**
 * An attribute of the shape; one that the type doesn't declare is taken as single-valued text. Throws `ConnectorError`
 * `connector.invalid_attribute_path` for a name that is no path.
 */
export function attributeOf(shape: ObjectShape, name: string): ShapedAttribute {
  return shape.attributes.get(name) ?? undeclaredAttribute(name);
}

function undeclaredAttribute(name: string): ShapedAttribute {
  try {
    const path = parseTargetPath(name);
    return { attribute: { name, type: 'String', multivalued: false, caseExact: false, required: false }, path };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ConnectorError({
      code: error.code,
      message: error.message,
      retry: error.retry,
      scope: 'object',
      logCode: 'SchemaAttributeNotFound',
      cause: error,
    });
  }
}
