/** Shapes that recur in the management API's contract. */
import { Type } from 'typebox';

export const instant = (description: string) => Type.String({ format: 'date-time', description });
export const text = (maxLength: number) => Type.String({ minLength: 1, maxLength });
export const orNull = (description: string) => Type.Union([instant(description), Type.Null()]);
export const next = Type.Union([Type.String(), Type.Null()], { description: 'cursor of the next page' });
export const ScopeSchema = Type.Union([Type.Literal('scim.read'), Type.Literal('scim.write')]);
