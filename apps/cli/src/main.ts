import { product } from '@joinery/base';
import { Command } from 'commander';
import { registerCenter } from './commands/center.ts';
import { registerDemo } from './commands/demo.ts';
import { registerExpression } from './commands/expression.ts';
import { registerProvision } from './commands/provision.ts';
import { registerScope } from './commands/scope.ts';
import { registerWorkspace } from './commands/workspace.ts';

const program = new Command(product.command)
  .description('Automatic user provisioning: a provisioning service and a SCIM 2.0 service provider')
  .version(product.version)
  .showHelpAfterError()
  // Bad flags and unknown commands are bad input: 2, as in every command.
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));

registerDemo(program);
registerCenter(program);
registerWorkspace(program);
registerProvision(program);
registerExpression(program);
registerScope(program);

await program.parseAsync();
