/** What a conformance kit has to say, and how its tables of rules are gone through. */
import { Ajv } from "ajv";
import { SousError } from "../errors.js";
import type { Json } from "../json.js";

/** One broken rule of a contract. */
export interface Finding {
  /** What was checked, as "learner nearest_mean". */
  readonly subject: string;
  readonly rule: string;
  readonly expected: string;
  readonly found: string;
  /** How to mend it. */
  readonly mend: string;
}

export interface Violation {
  readonly expected: string;
  readonly found: string;
}

export interface Rule<T> {
  readonly name: string;
  readonly mend: string;
  /** Null where the rule holds. What it throws is a violation as well. */
  check(subject: T): Violation | null | Promise<Violation | null>;
}

export interface CheckOptions {
  /** Rules that this subject breaks for a reason, with the reason. One that it keeps after all is a finding. */
  readonly skip?: Readonly<Record<string, string>>;
}

/** The broken rules among these, in their order. */
export async function brokenRules<T>(rules: readonly Rule<T>[], subject: T, name: string): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const rule of rules) {
    const violation = await violationOf(rule, subject);
    if (violation !== null) findings.push({ subject: name, rule: rule.name, ...violation, mend: rule.mend });
  }
  return findings;
}

async function violationOf<T>(rule: Rule<T>, subject: T): Promise<Violation | null> {
  try {
    return await rule.check(subject);
  } catch (error) {
    return { expected: "no error", found: errorText(error) };
  }
}

/** The findings that remain: a rule that is skipped is none, and where all is well a skip that nothing needs is one. */
export function withoutSkipped(findings: readonly Finding[], subject: string, { skip = {} }: CheckOptions): Finding[] {
  const remaining = findings.filter(({ rule }) => !(rule in skip));
  if (remaining.length > 0) return remaining;
  const broken = new Set(findings.map(({ rule }) => rule));
  return Object.keys(skip)
    .filter((rule) => !broken.has(rule))
    .map((rule) => ({
      subject,
      rule: "skips",
      expected: `the rule ${rule} to be broken, as it is skipped`,
      found: "that it holds, or that no rule is called so",
      mend: "Take it out of the list of skipped rules.",
    }));
}

/**
 * For tests in any runner: returns when there are no findings.
 * @throws SousError PLUGIN_NONCONFORMING with all of them in its message
 */
export function assertConforms(findings: readonly Finding[]): void {
  if (findings.length === 0) return;
  throw new SousError("PLUGIN_NONCONFORMING", {
    count: findings.length,
    findings: findings.map(findingText).join("\n"),
  });
}

/** Options that an instance is made or asked with. */
export interface OptionedCheck extends CheckOptions {
  /** Options as a recipe gives them, where the schema has required ones; default: none. */
  readonly options?: { readonly [key: string]: Json };
}

/** The rule that the options schema is one and takes the options that the check goes on with. */
export const OPTIONS_RULE: Rule<{ readonly schema: object; readonly options: object }> = {
  name: "options",
  mend: "Give `options` as the JSON Schema of an object, and to the check, options that it accepts.",
  check({ schema, options }) {
    const ajv = new Ajv({ strict: false });
    const accepted = ajv.validate({ ...schema, type: "object" }, options);
    return expectThat(accepted, `the schema to accept ${JSON.stringify(options)}`, () => ajv.errorsText());
  },
};

function findingText({ subject, rule, expected, found, mend }: Finding): string {
  return `- ${subject}, ${rule}: expected ${expected}, found ${found}. ${mend}`;
}

/** Not by `instanceof`: a test runner may have a realm, and so an Error, of its own. */
export function errorText(error: unknown): string {
  const { name, message } = (error ?? {}) as { readonly name?: unknown; readonly message?: unknown };
  return typeof message === "string" ? `${name}: ${message}` : String(error);
}

/** A violation unless it holds. */
export function expectThat(holds: boolean, expected: string, found: () => string): Violation | null {
  return holds ? null : { expected, found: found() };
}

export function firstOf(violations: readonly (Violation | null)[]): Violation | null {
  return violations.find((violation) => violation !== null) ?? null;
}
