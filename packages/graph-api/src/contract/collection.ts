import { Type, type TSchema } from 'typebox';

/** One page of a collection, as OData writes it. */
export const Collection = <Item extends TSchema>(item: Item) =>
  Type.Object({
    '@odata.context': Type.Optional(Type.String()),
    '@odata.count': Type.Optional(Type.Integer()),
    '@odata.nextLink': Type.Optional(Type.String()),
    '@odata.deltaLink': Type.Optional(Type.String()),
    value: Type.Array(item),
  });

/** A string, or null for an absent value. */
export const OptionalText = Type.Union([Type.String(), Type.Null()]);

export const KeyValue = Type.Object({ key: Type.String(), value: Type.String() });
