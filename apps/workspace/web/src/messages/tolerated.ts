/** What clients do that the standard does not foresee and that is understood all the same, by name in the request log. */
const explanations: ReadonlyMap<string, string> = new Map([
  ['body.missing_schemas', 'The body does not name its schemas.'],
  ['body.unknown_attribute', 'An attribute that no schema defines was ignored.'],
  ['body.unknown_schema', 'A schema that is not known here was ignored.'],
  ['body.write_only_dropped', 'A password was sent; it is not kept.'],
  ['list.start_index_below_one', 'The list was asked for from a position below 1; it began at 1.'],
  ['list.negative_count', 'A negative page size was taken as zero.'],
  ['patch.add_without_value', 'An operation "add" without a value was skipped.'],
  ['patch.member_detail_ignored', 'A detail of a group member that follows from the member itself was ignored.'],
  ['patch.missing_schemas', 'The change does not name the schema of changes.'],
  ['patch.no_operations', 'The change has no operations.'],
  ['patch.op_letter_case', 'The operation is written with a capital letter, as Microsoft Entra ID does ("Replace").'],
  ['patch.read_only_ignored', 'A change of an attribute that this workspace sets itself was ignored.'],
  ['patch.remove_by_value', 'A removal named what to remove in its value instead of a filter in its path.'],
  ['patch.schemas_ignored', 'A change of the list of schemas was ignored.'],
  ['patch.value_on_remove', 'A removal carried a value that it does not need.'],
  ['path.unqualified_extension_attribute', 'An attribute of an extension was named without the name of the extension.'],
  ['value.boolean_as_text', 'A true/false value came as text, as Microsoft Entra ID does ("False").'],
  ['value.json_in_text', 'A value came as JSON inside a text.'],
  ['value.list_for_single', 'A list came where one value belongs; the first was taken.'],
  ['value.number_as_text', 'A number came as text.'],
  ['value.object_for_simple', 'An object came where a simple value belongs.'],
  ['value.second_primary', 'Two values were marked as primary; the first one counts.'],
  ['value.single_for_list', 'One value came where a list belongs.'],
  ['value.text_for_complex', 'A text came where an object belongs.'],
  ['value.unknown_member_type', 'The type of a group member is not known and was ignored.'],
]);

export interface ToleratedBehavior {
  readonly name: string;
  /** Where in the request, or empty. */
  readonly subject: string;
  readonly text: string;
}

/** An entry of the request log is `name` or `name: subject`. */
export function explainTolerated(entry: string): ToleratedBehavior {
  const [name = entry, ...rest] = entry.split(': ');
  return { name, subject: rest.join(': '), text: explanations.get(name) ?? '' };
}
