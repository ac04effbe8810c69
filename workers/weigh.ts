/** The process that a model is weighed in: given a file, it tells its parent how many bytes the model takes, and ends. */
import { memoryOf } from "../core/evaluator/weight.js";

process.send?.(await memoryOf(process.argv[2] as string));
process.disconnect?.();
