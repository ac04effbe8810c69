import type { DescribeJob, Descriptors } from "../../core/evaluator/messages.js";
import type { Desk } from "../desk.js";

export async function describe(_job: DescribeJob, { registry }: Desk): Promise<Descriptors> {
  return registry.describe();
}
