import { expect, it } from "@jest/globals";
import { randomSampler } from "hyperparameter-js";
import type { SamplerFactory } from "../../core/plugin/index.js";
import { checkSampler } from "../../core/testing/conformance.js";

const GOOD: SamplerFactory = {
  name: "random",
  options: { type: "object", properties: {}, additionalProperties: false },
  create: randomSampler,
};

it("has nothing to say of a sampler that keeps its contract", async () => {
  expect(await checkSampler(GOOD)).toEqual([]);
});

it("finds proposals outside the space, and says of which sampler", async () => {
  const create = () => ({ name: "outside", propose: () => ({ params: { nothing: 1 }, why: { rule: "outside" } }) });
  const findings = await checkSampler({ ...GOOD, create });
  expect(new Set(findings.map(({ subject, rule }) => `${subject}: ${rule}`))).toContain("sampler random: in space");
});

it("finds options that the schema refuses", async () => {
  const options = { type: "object", required: ["count"] };
  expect(await checkSampler({ ...GOOD, options })).toMatchObject([{ rule: "options" }]);
});
