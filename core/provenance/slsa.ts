/**
 * How a version was made: SLSA provenance v1 (slsa.dev/spec/v1.0/provenance). A study is the build, the frozen recipe its
 * one parameter, by digest. docs/provenance.md says what each name below stands for.
 */
import type { Claim, PromotionEntry, Resource } from "./statement.js";
import { resource } from "./statement.js";

export function slsaProvenance(entry: PromotionEntry): Claim {
  const { recipe, search, metric, code } = entry;
  const { trial, learner, params } = search.finalist;
  return {
    predicateType: "https://slsa.dev/provenance/v1",
    predicate: {
      buildDefinition: {
        buildType: "urn:sous:study:v1",
        externalParameters: { recipe: resource("recipe.json", recipe.digest) },
        internalParameters: {
          study: search.study,
          seed: search.seed,
          metric,
          trial,
          learner,
          params,
          ...(code.platform !== undefined && { platform: code.platform }),
        },
        resolvedDependencies: dependencies(entry),
      },
      runDetails: {
        builder: { id: "urn:sous:daemon:v1", version: builderVersion(entry) },
        metadata: { invocationId: `urn:sous:log-entry:${entry.digest}`, finishedOn: entry.time },
      },
    },
  };
}

function builderVersion({ code: { sous, node, onnxruntime } }: PromotionEntry) {
  return { sous, node, ...(onnxruntime !== undefined && { onnxruntime }) };
}

function dependencies({ code, data }: PromotionEntry): readonly Resource[] {
  const plugins = Object.entries(code.plugins).map(([name, digest]) => resource(`plugin:${name}`, digest));
  return [
    resource("snapshot", data.snapshot),
    resource("confirm side", data.holdout),
    ...(data.base === undefined ? [] : [resource("base", data.base)]),
    ...plugins,
  ];
}
