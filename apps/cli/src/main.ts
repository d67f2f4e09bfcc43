import { product } from '@joinery/base';
import { Command } from 'commander';

type Register = (program: Command) => void;

/** Each command's module is loaded only when it is run or described: most of them bring half of the product with them. */
const commands: ReadonlyMap<string, () => Promise<Register>> = new Map([
  ['demo', async () => (await import('./commands/demo.ts')).registerDemo],
  ['center', async () => (await import('./commands/center.ts')).registerCenter],
  ['workspace', async () => (await import('./commands/workspace.ts')).registerWorkspace],
  ['provision', async () => (await import('./commands/provision.ts')).registerProvision],
  ['expression', async () => (await import('./commands/expression.ts')).registerExpression],
  ['scope', async () => (await import('./commands/scope.ts')).registerScope],
]);

const program = new Command(product.command)
  .description('Automatic user provisioning: a provisioning service and a SCIM 2.0 service provider')
  .version(product.version)
  .showHelpAfterError()
  // Bad flags and unknown commands are bad input: 2, as in every command.
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));

const named = commands.get(process.argv[2] ?? '');
for (const load of named === undefined ? commands.values() : [named]) (await load())(program);

await program.parseAsync();
