/** Any JSON value. Objects that hold input are keyed only by names that a schema knows. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };
export type JsonObject = { readonly [name: string]: Json };
