export { createCsvSource, type CsvFiles } from './csv-source.ts';
