/** The conformance kit for learners. */
import type { Learner, Task } from "../plugin/index.js";
import { Exam } from "./exam.js";
import { brokenRules, type CheckOptions, type Finding, type Rule, withoutSkipped } from "./finding.js";
import { ENDING_RULES, FIT_RULES, INPUT_RULES, SPACE_RULES } from "./learner-fit.js";
import { HARD_RULES, MODEL_RULES, PARITY_RULES, TABLE_RULES } from "./learner-model.js";

/**
 * Rules in stages. A stage that has findings is the last one: a learner that writes to its input, say, breaks most
 * others by that alone, and its author should read of one mistake once.
 */
const STAGES: readonly (readonly Rule<Exam>[])[] = [
  SPACE_RULES,
  FIT_RULES,
  INPUT_RULES,
  MODEL_RULES,
  TABLE_RULES,
  HARD_RULES,
  PARITY_RULES,
  ENDING_RULES,
];

/** Fits the learner to small data of each of its tasks, and says what breaks the contract; each rule once. */
export async function checkLearner(learner: Learner, options: CheckOptions = {}): Promise<Finding[]> {
  const byRule = new Map<string, Finding>();
  for (const task of learner.tasks) {
    for (const finding of await examine(learner, task, options)) {
      if (!byRule.has(finding.rule)) byRule.set(finding.rule, finding);
    }
  }
  return withoutSkipped([...byRule.values()], `learner ${learner.name}`, options);
}

async function examine(learner: Learner, task: Task, { skip = {} }: CheckOptions): Promise<Finding[]> {
  const exam = new Exam(learner, task);
  const findings: Finding[] = [];
  try {
    for (const stage of STAGES) {
      findings.push(...(await brokenRules(stage, exam, `learner ${learner.name} (${task})`)));
      if (findings.some(({ rule }) => !(rule in skip))) break;
    }
    return findings;
  } finally {
    await exam.release();
  }
}
