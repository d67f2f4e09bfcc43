/** Graph `attributeMappingSource`. @see https://learn.microsoft.com/graph/api/resources/synchronization-attributemappingsource */
export interface AttributeMappingSource {
  readonly type: 'Attribute' | 'Constant' | 'Function';
  readonly name: string;
  readonly expression: string;
  readonly parameters?: readonly { readonly key: string; readonly value: AttributeMappingSource }[];
}
