import { irVersionOf, NEWEST_OPSET } from "onnx-train";
import type { Gate, Json, Verdict } from "../../core/plugin/index.js";
import { type Demands, demandsOf } from "./operators.js";
import { unsure } from "./verdict.js";
import { brief, many, some } from "./words.js";

const DOMAINS = ["ai.onnx", "ai.onnx.ml"];

const NAMES = { type: "array", items: { type: "string" }, minItems: 1, uniqueItems: true } as const;

/**
 * The file runs where it is to run: versions that the runtime there knows, operators that it has, all weights in the file
 * itself, no operators of the file's own. Read from the bytes, whatever made them.
 */
export const artifact: Gate = {
  name: "artifact",
  options: {
    type: "object",
    additionalProperties: false,
    properties: {
      max_opset: {
        type: "integer",
        minimum: 1,
        default: NEWEST_OPSET,
        description: "Newest version of ai.onnx that may be asked for.",
      },
      max_ir: {
        type: "integer",
        minimum: 1,
        default: irVersionOf(NEWEST_OPSET),
        description: "Newest IR version of the file.",
      },
      domains: { ...NAMES, default: DOMAINS, description: "Domains that operators may be of." },
      operators: {
        ...NAMES,
        "x-expected": "a list of operators, such as [Gemm, Relu, ai.onnx.ml.LabelEncoder]",
        description: "Operators that may be used. Default: all of the domains.",
      },
      forbidden: { ...NAMES, description: "Operators that may not be used." },
    },
  },
  judge({ candidate }, options) {
    if (candidate.file.byteLength === 0) return unsure("There is no file.");
    try {
      return judgeDemands(demandsOf(candidate.file), options);
    } catch (error) {
      // A runtime may take what the codec doesn't know; what can't be read isn't known to be allowed.
      return unsure(
        `The file can't be inspected: ${brief(error instanceof Error ? error.message : String(error), 200)}.`,
      );
    }
  },
};

type Options = { readonly [key: string]: Json };

/** What is broken of the policy, as clauses; one row for each rule. */
const RULES: readonly ((demands: Demands, options: Options) => string | null)[] = [
  ({ opsets }, options) => over("opset", opsets["ai.onnx"] ?? 0, Number(options.max_opset ?? NEWEST_OPSET)),
  ({ irVersion }, options) => over("IR version", irVersion, Number(options.max_ir ?? irVersionOf(NEWEST_OPSET))),
  ({ domains }, options) => strangers("the domain", domains, named(options.domains) ?? DOMAINS),
  ({ operators }, options) => strangers("the operator", operators, named(options.operators) ?? operators),
  ({ operators }, options) =>
    listed(
      "the forbidden operator",
      operators.filter((one) => named(options.forbidden)?.includes(one)),
    ),
  ({ functions }) => listed("an operator of its own,", functions),
  ({ external }) => listed("weights in another file,", external),
];

function judgeDemands(demands: Demands, options: Options): Verdict {
  const broken = RULES.flatMap((rule) => rule(demands, options) ?? []);
  const { irVersion, opsets, operators, external, functions } = demands;
  const figures = { ir: irVersion, opsets, operators, external, functions };
  if (broken.length > 0) return { outcome: "FAIL", reason: `The file has ${broken.join("; ")}.`, figures };
  const versions = Object.entries(opsets).map(([domain, version]) => `${domain} ${version}`);
  const reason = `The file has ${many(operators.length, "operator")} of ${versions.join(" and ")}, IR version ${irVersion}, and nothing outside of it: all is allowed.`;
  return { outcome: "PASS", reason, figures };
}

function named(option: Json | undefined): readonly string[] | null {
  return Array.isArray(option) ? option.map(String) : null;
}

function over(what: string, version: number, most: number): string | null {
  return version > most ? `${what} ${version} where ${most} is the newest allowed` : null;
}

function strangers(what: string, used: readonly string[], allowed: readonly string[]): string | null {
  return listed(
    what,
    used.filter((one) => !allowed.includes(one)),
    ", which isn't allowed",
  );
}

function listed(what: string, names: readonly string[], why = ""): string | null {
  return names.length === 0 ? null : `${what} ${some(names.map((name) => brief(name)))}${why}`;
}
