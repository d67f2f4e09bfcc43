import { describe, expect, test } from 'vitest';
import { galleryTemplates, getGalleryTemplate } from '../gallery/templates.ts';
import { checkSynchronizationSchema } from './check-schema.ts';

type Editable = { -readonly [Key in string]: unknown };

/** A copy of the Cinode schema, its users mapping given to `edit`. */
function edited(edit: (users: { attributeMappings: Editable[] } & Editable) => void): unknown {
  const schema = structuredClone(getGalleryTemplate('cinode')!.schema) as unknown as {
    synchronizationRules: { objectMappings: ({ attributeMappings: Editable[] } & Editable)[] }[];
  };
  edit(schema.synchronizationRules[0]!.objectMappings[0]!);
  return schema;
}

const codes = (value: unknown): readonly string[] => {
  const checked = checkSynchronizationSchema(value);
  return checked.ok ? [] : checked.problems.map((problem) => problem.code);
};

describe('a synchronization schema', () => {
  test.each(galleryTemplates.map((template) => [template.displayName, template] as const))(
    'of the gallery is sound: %s',
    (_, template) => {
      expect(checkSynchronizationSchema(template.schema)).toMatchObject({ ok: true });
      expect(template.appRoles.map((role) => role.displayName)).toEqual(['User', 'msiam_access']);
    },
  );

  test('of Cinode has the mappings of the documented scenario', () => {
    const [users, groups] = getGalleryTemplate('cinode')!.schema.synchronizationRules[0]!.objectMappings;
    const shown = (mapping: typeof users) =>
      mapping!.attributeMappings.map((one) => [one.source?.expression, one.targetAttributeName, one.matchingPriority]);
    // design.md §2 step 4.
    expect(shown(users)).toEqual([
      ['[userPrincipalName]', 'userName', 1],
      ['[givenName]', 'name.givenName', 0],
      ['[surname]', 'name.familyName', 0],
      ['[objectId]', 'externalId', 0],
      ['Switch([IsSoftDeleted], , "False", "True", "True", "False")', 'active', 0],
      ['[jobTitle]', 'title', 0],
      ['[city]', 'addresses[type eq "work"].locality', 0],
    ]);
    expect(shown(groups)).toEqual([
      ['[displayName]', 'displayName', 1],
      ['[objectId]', 'externalId', 0],
      ['[members]', 'members', 0],
    ]);
  });

  test.each([
    ['that is no object', 'text', ['provisioning.schema_shape']],
    ['without rules', { directories: [] }, ['provisioning.schema_shape']],
    [
      'with an unknown target attribute',
      edited((users) => (users.attributeMappings[1]!['targetAttributeName'] = 'nope')),
      ['provisioning.unknown_attribute'],
    ],
    [
      'that maps the anchor',
      edited((users) => (users.attributeMappings[1]!['targetAttributeName'] = 'id')),
      ['provisioning.anchor_mapped'],
    ],
    [
      'that maps an attribute twice',
      edited((users) => (users.attributeMappings[1]!['targetAttributeName'] = 'title')),
      ['provisioning.duplicate_attribute'],
    ],
    [
      'without a matching property',
      edited((users) => (users.attributeMappings[0]!['matchingPriority'] = 0)),
      ['provisioning.no_matching_property'],
    ],
    [
      'with neither source nor default',
      edited((users) => (users.attributeMappings[1]!['source'] = null)),
      ['provisioning.no_source'],
    ],
    [
      'with an unknown object of the target',
      edited((users) => (users['targetObjectName'] = 'nope')),
      ['provisioning.unknown_target_object'],
    ],
    [
      'with a filter on an attribute that is not read',
      edited((users) => {
        const clause = { operatorName: 'EQUALS', targetOperand: { values: ['x'] } };
        const names = [
          'members',
          'IsSoftDeleted',
          'manager.memberOf',
          'manager.manager.city',
          'manager.appRoleAssignments',
        ];
        const clauses = names.map((name) => ({ ...clause, sourceOperandName: name }));
        users['scope'] = { groups: [{ name: 'g', clauses }] };
      }),
      Array.from({ length: 5 }, () => 'provisioning.unreadable_attribute'),
    ],
    [
      'with a flow type that is none',
      edited((users) => (users.attributeMappings[1]!['flowType'] = 'Sometimes')),
      ['provisioning.schema_shape'],
    ],
  ])('%s is refused', (_, value, expected) => {
    expect(codes(value)).toEqual(expected);
  });

  test('shows where an expression is wrong', () => {
    const checked = checkSynchronizationSchema(
      edited((users) => {
        users.attributeMappings[1]!['source'] = { type: 'Function', name: 'Join', expression: 'Join("-", [givenName]' };
      }),
    );
    expect(checked.ok).toBe(false);
    if (checked.ok) return;
    expect(checked.problems[0]!.message).toContain('attributeMappings[1] (name.givenName)');
    expect(checked.problems[0]!.end).toBeGreaterThan(0);
  });

  test('may read the attributes of the manager and of groups in its filter', () => {
    const names = ['manager', 'manager.manager', 'manager.department', 'memberOf', 'transitiveMemberOf.displayName'];
    const value = edited((users) => {
      const clauses = [...names, 'appRoleAssignments', 'employeeHireDate'].map((sourceOperandName) => ({
        sourceOperandName,
        operatorName: 'IS NOT NULL',
      }));
      users['scope'] = { groups: [{ name: 'g', clauses }] };
    });
    expect(codes(value)).toEqual([]);
  });

  // entra-provisioning.md §4.7 and §6.1.
  test('reads app roles only where assigned users and groups are provisioned', () => {
    const source = (expression: string) => ({ type: 'Function', name: expression.split('(')[0], expression });
    for (const expression of [
      'SingleAppRoleAssignment([appRoleAssignments])',
      'AppRoleAssignmentsComplex([appRoleAssignments])',
      'ToLower(SingleAppRoleAssignment([appRoleAssignments]))',
    ]) {
      const value = edited((users) => (users.attributeMappings[5]!['source'] = source(expression)));
      expect(checkSynchronizationSchema(value, { scope: 'assigned' }).ok).toBe(true);
      const refused = checkSynchronizationSchema(value, { scope: 'all' });
      expect(refused).toMatchObject({ ok: false, problems: [{ code: 'provisioning.roles_need_assignments' }] });
      if (!refused.ok) expect(refused.problems[0]!.message).toContain('attributeMappings[5] (title)');
    }
    const filtered = edited((users) => {
      const clauses = [{ sourceOperandName: 'appRoleAssignments', operatorName: 'IS NOT NULL' }];
      users['scope'] = { groups: [{ name: 'g', clauses }] };
    });
    expect(checkSynchronizationSchema(filtered, { scope: 'all' }).ok).toBe(false);
  });

  test('says what else does the work of groups and operators that are not evaluated', () => {
    const clause = { sourceOperandName: 'objectId', operatorName: 'IsMemberOf', targetOperand: { values: ['x'] } };
    const groups = [{ name: 'g', clauses: [clause] }];
    const checked = checkSynchronizationSchema(
      edited((users) => (users['scope'] = { groups, inputFilterGroups: groups, categoryFilterGroups: groups })),
    );
    expect(checked.ok).toBe(false);
    if (checked.ok) return;
    expect(
      checked.problems.map(({ code, message }) => [code, /(memberOf|leave alone|one mapping)/.exec(message)?.[1]]),
    ).toEqual([
      ['scope.unsupported_groups', 'leave alone'],
      ['scope.unsupported_groups', 'one mapping'],
      ['scope.unknown_operator', 'memberOf'],
    ]);
  });
});
