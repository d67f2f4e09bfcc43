import { centerSettings, type SettingDescription } from '../../apps/admin-center/src/settings.ts';
import { code, heading, sections, table, type Page } from './page.ts';

/** The settings of the admin center, from the schema that also checks them. */
export const configurationPage: Page = {
  path: 'docs/reference/configuration.md',
  print: () =>
    sections(
      heading('Configuration'),
      'Settings of the admin center. What is given in several places is taken from the flag, else from the environment variable, else from the settings file (one JSON object with the names of the first column), else it is the default. A value that the schema refuses ends the start with a message that names the setting and where it came from.',
      table(
        ['Setting', 'Flag', 'Environment', 'Values', 'Default', 'What it does'],
        centerSettings.map((setting) => [
          code(setting.name),
          setting.flag === undefined ? '' : code(`--${setting.flag}`),
          code(setting.environment),
          values(setting),
          fallback(setting),
          setting.description + (setting.secret === true ? ' Secret: never printed.' : ''),
        ]),
      ),
    ),
};

interface SchemaMembers {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
  readonly default?: unknown;
}

function values({ schema }: SettingDescription): string {
  // The members of JSON Schema that the settings use.
  const { type, enum: members, minimum, maximum, pattern } = schema as SchemaMembers;
  if (members !== undefined) return members.map(code).join(', ');
  if (type === 'integer') return `whole number, ${minimum ?? ''} to ${maximum ?? ''}`;
  if (type === 'array') return 'several texts';
  if (type === 'boolean') return `${code('true')}, ${code('false')}`;
  return pattern === undefined ? 'text' : `text like ${code(pattern)}`;
}

function fallback({ schema, otherwise }: SettingDescription): string {
  const { default: value } = schema as SchemaMembers;
  if (value !== undefined) return code(String(value));
  return otherwise ?? 'none';
}
