import type { AppRole, ComplexRole } from '../evaluation.ts';
import { isValues, roleName, type Evaluation } from '../value.ts';
import { toText } from './arguments.ts';
import { required, type CompiledCall, type FunctionImplementation } from './definition.ts';

const source = required('source', 'String', { use: 'roles' });
const input = { appRoleAssignments: ['Admin', 'User'] };

/** The assigned roles; null when the attribute is absent. Plain texts, as in test objects, count as role names. */
function rolesArgument(call: CompiledCall): (evaluation: Evaluation) => readonly AppRole[] | null {
  const [argument] = call.args;
  if (argument === undefined) return () => null;
  return (evaluation) => {
    const value = argument.evaluate(evaluation);
    if (value === null) return null;
    if (typeof value === 'object' && !isValues(value) && value.kind === 'appRoles') return value.roles;
    const names = isValues(value) ? value : [toText(value, argument) ?? ''];
    return names.map((name) => ({ id: '', value: name, displayName: name }));
  };
}

/** Some role, but always the same one whatever the order in which roles were assigned: the first name by code units. */
function firstRole(roles: readonly AppRole[]): string | null {
  const names = roles.map(roleName).sort();
  return names[0] ?? null;
}

/** The reference documents the role's name as `displayName` with one function and as `display` (RFC 7643) with the other. */
type RoleName = 'displayName' | 'display';

function complexRole({ id, value, displayName }: AppRole, name: RoleName): ComplexRole {
  return {
    id: id.toWellFormed(),
    value: value.toWellFormed(),
    [name]: displayName.toWellFormed(),
    primary: false,
    type: 'WindowsAzureActiveDirectoryRole',
  };
}

function complexFunction(name: string, roleName: RoleName, description: string): FunctionImplementation {
  return {
    name,
    family: 'roles',
    description,
    parameters: [source],
    returns: 'Roles',
    nulls: 'Null gives null; no assignment gives no role.',
    errors: [],
    example: {
      expression: `${name}([appRoleAssignments])`,
      input: { appRoleAssignments: ['Admin'] },
      result: [complexRole({ id: '', value: 'Admin', displayName: 'Admin' }, roleName)],
    },
    compile(call) {
      const roles = rolesArgument(call);
      return (evaluation) => {
        const assigned = roles(evaluation);
        return assigned === null
          ? null
          : { kind: 'complexRoles', roles: assigned.map((role) => complexRole(role, roleName)) };
      };
    },
  };
}

const single: FunctionImplementation = {
  name: 'SingleAppRoleAssignment',
  family: 'roles',
  description:
    'The name of the one assigned app role. With several roles the reference leaves open which one; here it is the first by name.',
  parameters: [source],
  returns: 'String',
  nulls: 'Null and no assignment give null.',
  errors: [],
  example: {
    expression: 'SingleAppRoleAssignment([appRoleAssignments])',
    input: { appRoleAssignments: ['Admin'] },
    result: 'Admin',
  },
  compile(call) {
    const roles = rolesArgument(call);
    return (evaluation) => {
      const assigned = roles(evaluation);
      return assigned === null ? null : firstRole(assigned);
    };
  },
};

const plain: FunctionImplementation = {
  name: 'AppRoleAssignments',
  family: 'roles',
  description:
    'The names of all assigned app roles as several values. Listed by the API of the reference, not on its function page.',
  parameters: [source],
  returns: 'Values',
  nulls: 'Null gives null.',
  errors: [],
  example: { expression: 'AppRoleAssignments([appRoleAssignments])', input, result: ['Admin', 'User'] },
  compile(call) {
    const roles = rolesArgument(call);
    return (evaluation) => roles(evaluation)?.map(roleName) ?? null;
  },
};

export const roleFunctions = [
  single,
  plain,
  complexFunction(
    'AppRoleAssignmentsComplex',
    'displayName',
    'All assigned app roles as complex values for a custom attribute roles. Updates only add roles to the target.',
  ),
  complexFunction(
    'AssertiveAppRoleAssignmentsComplex',
    'display',
    'All assigned app roles as complex values for a custom attribute roles. Updates replace the roles of the target, so that roles no longer assigned go.',
  ),
];
