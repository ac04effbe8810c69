/** A failure that is a result: the trial is recorded as failed with this label and the search goes on. */
export class LearnerFailure extends Error {
  override readonly name = "LearnerFailure";
  constructor(
    readonly label: string,
    message: string,
  ) {
    super(message);
  }
}
