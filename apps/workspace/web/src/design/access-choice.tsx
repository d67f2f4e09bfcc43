import { Field, Radio, RadioGroup } from '@fluentui/react-components';
import type { NewToken } from '@joinery/workspace/contract';
import { tokenMessages } from '../messages/tokens.ts';

const text = tokenMessages;

export type Access = 'write' | 'read';

export function scopesOf(access: Access): NonNullable<NewToken['scopes']> {
  return access === 'write' ? ['scim.read', 'scim.write'] : ['scim.read'];
}

/** What a credential may do. */
export function AccessChoice({ access, onChange }: { access: Access; onChange: (access: Access) => void }) {
  return (
    <Field label={text.scopesLabel}>
      <RadioGroup value={access} onChange={(_, { value }) => onChange(value === 'read' ? 'read' : 'write')}>
        <Radio value="write" label={text.scopesReadWrite} />
        <Radio value="read" label={text.scopesReadOnly} />
      </RadioGroup>
    </Field>
  );
}
