/** One duty of a port; `run` throws what is wrong. */
export interface ContractCase<Subject> {
  readonly name: string;
  run(subject: Subject): Promise<void>;
}
