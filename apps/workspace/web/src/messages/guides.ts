/** Steps of the set-up guides: how the pages of the identity provider are called, and what belongs in their fields. */
export interface GuideField {
  readonly name: string;
  /** `tenantUrl`: this workspace's; `token`: the secret that was created; else the text itself. */
  readonly value: { readonly kind: 'tenantUrl' } | { readonly kind: 'token' } | { readonly kind: 'text'; text: string };
}

export interface GuideStep {
  readonly title: string;
  readonly text: readonly string[];
  readonly fields?: readonly GuideField[];
  readonly mapping?: readonly (readonly [source: string, target: string])[];
  /** The step of the token, or the one whose success shows here. */
  readonly shows?: 'token' | 'first-request';
}

const plain = (text: string) => ({ kind: 'text', text }) as const;

export const entraGuide: readonly GuideStep[] = [
  {
    title: 'Create a token',
    text: ['Entra sends it with every request. Copy its secret when it is shown; you need it in step 3.'],
    shows: 'token',
  },
  {
    title: 'Add the application',
    text: [
      'In the Microsoft Entra admin center open Identity, Applications, Enterprise applications and choose "New application", then "Create your own application".',
      'Give it a name, choose "Integrate any other application you don\'t find in the gallery" and create it.',
    ],
  },
  {
    title: 'Enter Tenant URL and token',
    text: ['Open the application, then Provisioning, and choose "New configuration" (or "Get started"). Enter:'],
    fields: [
      { name: 'Provisioning Mode', value: plain('Automatic') },
      { name: 'Authentication method', value: plain('Bearer authentication') },
      { name: 'Tenant URL', value: { kind: 'tenantUrl' } },
      { name: 'Secret Token', value: { kind: 'token' } },
    ],
  },
  {
    title: 'Test Connection',
    text: [
      'Choose "Test Connection". Entra looks for a person who does not exist and expects an empty list. Then save.',
    ],
    shows: 'first-request',
  },
  {
    title: 'Check the attribute mapping',
    text: [
      'Under Attribute mapping open the mapping of users. userName must have matching precedence 1. These attributes are a good start; remove those whose target this workspace does not need:',
    ],
    mapping: [
      ['userPrincipalName', 'userName (matching precedence 1)'],
      ['givenName', 'name.givenName'],
      ['surname', 'name.familyName'],
      ['objectId', 'externalId'],
      ['Switch([IsSoftDeleted], , "False", "True", "True", "False")', 'active'],
      ['jobTitle', 'title'],
      ['city', 'addresses[type eq "work"].locality'],
    ],
  },
  {
    title: 'Choose who is provisioned, and start',
    text: [
      'Under Users and groups assign people and groups to the application. Under Settings leave the scope at "Sync only assigned users and groups", enter an address for notifications and tick the box for failures.',
      'Set the provisioning status to On. The initial cycle begins within minutes; later ones follow about every 40 minutes.',
    ],
  },
];

export const oktaGuide: readonly GuideStep[] = [
  {
    title: 'Create a token',
    text: ['Okta sends it with every request. Copy its secret when it is shown; you need it in step 3.'],
    shows: 'token',
  },
  {
    title: 'Add the application',
    text: [
      'In the Okta Admin Console open Applications, Applications and choose "Create App Integration" with the sign-on method your people use.',
      'On its tab General edit App Settings, choose SCIM under Provisioning and save. A tab Provisioning appears.',
    ],
  },
  {
    title: 'Enter base URL and token',
    text: ['Open the tab Provisioning, then Integration, and choose Edit. Enter:'],
    fields: [
      { name: 'SCIM connector base URL', value: { kind: 'tenantUrl' } },
      { name: 'Unique identifier field for users', value: plain('userName') },
      {
        name: 'Supported provisioning actions',
        value: plain('Push New Users, Push Profile Updates, Push Groups'),
      },
      { name: 'Authentication Mode', value: plain('HTTP Header') },
      { name: 'Authorization (Bearer)', value: { kind: 'token' } },
    ],
  },
  {
    title: 'Test Connector Configuration',
    text: ['Choose "Test Connector Configuration", then save.'],
    shows: 'first-request',
  },
  {
    title: 'Switch provisioning on',
    text: [
      'On the tab Provisioning open "To App", choose Edit and enable "Create Users", "Update User Attributes" and "Deactivate Users".',
      'Without "Deactivate Users" people who leave stay active here.',
    ],
  },
  {
    title: 'Assign people, and push groups',
    text: [
      'On the tab Assignments assign people or groups; each person is created here at once.',
      'On the tab Push Groups choose the groups that should exist here with their members. Assigning a group does not push it.',
    ],
  },
];
