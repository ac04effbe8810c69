/** Enough that four fifths of the rows choose, as all do in the end. */
export const FOLDS = 5;

/**
 * One-sided, for an ensemble against its best member: better at all on rows that had no part in choosing. Means of several
 * models are better so often that to ask for more loses more than it saves: of ten tables, the ensemble was better on a side
 * that nothing had seen in nine, among them all five whose p had been between 0.2 and 0.45. Whatever is chosen meets the
 * confirm side like any other finalist.
 */
export const BLEND_ALPHA = 0.5;

/** One-sided, for a calibration or a threshold against none, which changes what probabilities mean. */
export const FINISH_ALPHA = 0.2;
