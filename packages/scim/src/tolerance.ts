import { invalidPath, invalidSyntax, invalidValue, mutability, type Refusal, type ScimError } from './errors.ts';
import { printable } from './plain-text.ts';

const entriesMax = 50;
const subjectLengthMax = 80;

type Make = (refusal: Refusal) => ScimError;

/** What strict reading makes of a tolerance; one that is not here is what the RFC itself allows. */
const refusals: ReadonlyMap<string, readonly [make: Make, problem: string]> = new Map([
  ['body.missing_schemas', [invalidSyntax, 'schemas is missing or lacks the URN of the message (RFC 7643 §3)']],
  ['body.unknown_schema', [invalidSyntax, 'schemas names what is no schema of the resource type']],
  ['body.unknown_attribute', [invalidSyntax, 'is no attribute of the schemas']],
  ['value.boolean_as_text', [invalidValue, 'must be true or false, not text']],
  ['value.number_as_text', [invalidValue, 'must be a number, not text']],
  ['value.single_for_list', [invalidValue, 'must be a list']],
  ['value.list_for_single', [invalidValue, 'must not be a list']],
  ['value.text_for_complex', [invalidValue, 'must be an object']],
  ['value.object_for_simple', [invalidValue, 'must not be an object']],
  ['value.json_in_text', [invalidValue, 'must not be JSON inside text']],
  ['value.second_primary', [invalidValue, 'has more than one primary value (RFC 7643 §2.4)']],
  ['value.unknown_member_type', [invalidValue, 'has a type other than User and Group']],
  ['patch.missing_schemas', [invalidSyntax, 'schemas must hold the URN of PatchOp (RFC 7644 §3.5.2)']],
  ['patch.no_operations', [invalidSyntax, 'Operations must have one operation or more (RFC 7644 §3.5.2)']],
  ['patch.op_letter_case', [invalidSyntax, 'op must be add, remove or replace in small letters']],
  ['patch.value_on_remove', [invalidSyntax, 'a remove takes no value (RFC 7644 §3.5.2.2)']],
  ['patch.remove_by_value', [invalidSyntax, 'a remove takes no value (RFC 7644 §3.5.2.2); use a value filter']],
  ['patch.add_without_value', [invalidValue, 'an add needs a value (RFC 7644 §3.5.2.1)']],
  ['patch.read_only_ignored', [mutability, 'is readOnly']],
  ['patch.member_detail_ignored', [mutability, 'is immutable']],
  ['path.unqualified_extension_attribute', [invalidPath, 'belongs to an extension and needs its URN (RFC 7644 §3.10)']],
]);

/**
 * Collects what was tolerated in one request, each once and not without bound: `name: subject`. A strict one tolerates nothing:
 * `note` throws the error that the RFCs have for it.
 */
export class Tolerance {
  readonly isStrict: boolean;
  private readonly entries = new Set<string>();

  constructor(isStrict = false) {
    this.isStrict = isStrict;
  }

  /** `name` is stable (`value.boolean_as_text`); `subject` says where, and never holds a value. */
  note(name: string, subject: string): void {
    const refusal = this.isStrict ? refusals.get(name) : undefined;
    if (refusal !== undefined) {
      const [make, problem] = refusal;
      throw make({
        detail: `${subject === '' ? '' : `${subject.slice(0, subjectLengthMax)}: `}${problem}.`,
        ...(subject === '' ? {} : { attribute: subject.slice(0, subjectLengthMax) }),
      });
    }
    if (this.entries.size >= entriesMax) return;
    this.entries.add(subject === '' ? name : `${name}: ${printable(subject.slice(0, subjectLengthMax))}`);
  }

  list(): readonly string[] {
    return [...this.entries];
  }
}
