export * from './ports.ts';
export { mappingAttributes, type MappingAttribute } from './mapping-view.ts';
