import { createRng } from "hyperparameter-js";
import { decodeModel, encodeModel, type Graph, type Model, type Node, Value } from "onnx-train";
import { openTimed } from "../../../core/evaluator/speed.js";
import type { Contender, Evidence, OpenContender } from "../../../core/plugin/index.js";
import { LEAST_RUNS, quantileBounds, quantileOf, race } from "../../../plugins/gates/rounds.js";
import { tableOf } from "../../support/tables.js";
import { REGRESSION, weightedModel } from "../../support/weighted.js";
import { binaryEvidence } from "./evidence.js";
import { judge } from "./judging.js";

const FILE = weightedModel({ a: 1, b: 2 });
const MODEL = decodeModel(FILE);

const EVIDENCE = binaryEvidence(100, { candidate: 1, champion: 1 });

const withFiles = (candidate: Partial<Contender>, champion: Partial<Contender> | null = {}): Evidence => ({
  ...EVIDENCE,
  candidate: { ...EVIDENCE.candidate, file: FILE, bytes: FILE.byteLength, ...candidate },
  champion: champion && { ...EVIDENCE.baseline, file: FILE, bytes: FILE.byteLength, ...champion },
});

describe("artifact", () => {
  const judgeModel = (model: Model, options = {}) =>
    judge("artifact", withFiles({ file: encodeModel(model) }), options);
  const node = (opType: string, more: Partial<Node> = {}): Node => ({
    name: "",
    opType,
    domain: "",
    inputs: [],
    outputs: [new Value("x")],
    attributes: {},
    ...more,
  });
  const withNode = (extra: Node): Model => ({
    ...MODEL,
    opsets: { ...MODEL.opsets, own: 1 },
    graph: { ...MODEL.graph, nodes: [...MODEL.graph.nodes, extra] },
  });

  test("passes a file of standard operators, and says what it asks for", async () => {
    expect(await judgeModel(MODEL)).toEqual({
      outcome: "PASS",
      reason:
        "The file has 2 operators of ai.onnx 17 and ai.onnx.ml 3, IR version 8, and nothing outside of it: all is allowed.",
      figures: {
        ir: 8,
        opsets: { "ai.onnx": 17, "ai.onnx.ml": 3 },
        operators: ["Add", "Mul"],
        external: [],
        functions: [],
      },
    });
  });

  test.each([
    ["an opset", MODEL, { max_opset: 13 }, "The file has opset 17 where 13 is the newest allowed."],
    ["an IR version", MODEL, { max_ir: 7 }, "The file has IR version 8 where 7 is the newest allowed."],
    ["an operator", MODEL, { operators: ["Mul", "Gemm"] }, "The file has the operator Add, which isn't allowed."],
    ["a forbidden operator", MODEL, { forbidden: ["Mul"] }, "The file has the forbidden operator Mul."],
    [
      "another domain",
      withNode(node("Fused", { domain: "own" })),
      {},
      "The file has the domain own, which isn't allowed.",
    ],
    [
      "a function",
      { ...MODEL, functions: [{ domain: "own", name: "Twice" }] },
      {},
      "The file has an operator of its own, own.Twice.",
    ],
  ])("fails %s that isn't allowed", async (_, model, options, reason) => {
    expect(await judgeModel(model, options)).toMatchObject({ outcome: "FAIL", reason });
  });

  test("looks into the graphs of loops and branches", async () => {
    const branch = (): Graph => {
      const hidden = new Value("hidden", { element: "float", shape: [] });
      const nodes = [node("Hidden", { domain: "own", outputs: [hidden] })];
      return { name: "branch", inputs: [], outputs: [hidden], initializers: new Map(), nodes };
    };
    const attributes = {
      then_branch: { kind: "graph", value: branch() },
      else_branch: { kind: "graph", value: branch() },
    } as const;
    const verdict = await judgeModel(withNode(node("If", { inputs: MODEL.graph.inputs.slice(0, 1), attributes })));
    expect(verdict).toMatchObject({ outcome: "FAIL", figures: { operators: ["Add", "If", "Mul", "own.Hidden"] } });
  });

  test("fails weights in another file", async () => {
    const file = encodeModel(MODEL, { external: () => ({ location: "weights.bin", offset: 0 }) });
    expect(await judge("artifact", withFiles({ file }))).toMatchObject({
      outcome: "FAIL",
      reason: "The file has weights in another file, weights.bin.",
    });
  });

  test("has no opinion of bytes that it can't read", async () => {
    const verdict = await judge("artifact", withFiles({ file: FILE.slice(0, FILE.length - 40) }));
    expect(verdict).toMatchObject({ outcome: "INCONCLUSIVE", reason: expect.stringContaining("can't be inspected") });
  });
});

describe("size", () => {
  const sized = (bytes: number, champion: number | null) =>
    withFiles({ bytes }, champion === null ? null : { bytes: champion });

  test.each([
    [sized(1000, 900), { max: "1kB" }, "PASS", "The file has 1,000 bytes of 1,000 allowed."],
    [sized(1001, 900), { max: 1000 }, "FAIL", "The file has 1,001 bytes of 1,000 allowed."],
    [
      sized(1000, 500),
      { max: "1MiB", ratio: 1.5 },
      "FAIL",
      "It is 2 times as large as the champion's where 1.5 is allowed.",
    ],
    [sized(1000, null), { max: "1MiB", ratio: 1.5 }, "PASS", "The file has 1,000 bytes of 1,048,576 allowed."],
  ])("%#: bytes and what they are by the champion's", async (evidence, options, outcome, reason) => {
    expect(await judge("size", evidence, options)).toMatchObject({ outcome, reason });
  });

  test.each([
    [[3, 4, 5, 6, 7, 8], "PASS"],
    [[13, 14, 15, 16, 17, 18], "FAIL"],
    [[3, 4, 5, 16, 7, 8], "INCONCLUSIVE"],
  ])("loading in %j ms of 10 is %s, and every session is released", async (loads, outcome) => {
    let [opened, released] = [0, 0];
    const open = async (): Promise<OpenContender> => ({
      loadMs: loads[opened++] as number,
      time: async () => 1,
      release: async () => void released++,
    });
    expect((await judge("size", withFiles({ open }), { max: "1MiB", load: "10ms" })).outcome).toBe(outcome);
    expect([opened, released]).toEqual([6, 6]);
  });
});

describe("size, of memory", () => {
  test.each([
    [2 ** 20, "PASS"],
    [2 ** 22, "FAIL"],
  ])("%d bytes of 2 MiB are %s", async (bytes, outcome) => {
    const verdict = await judge("size", withFiles({ weigh: async () => bytes }), { max: "1MiB", memory: "2MiB" });
    expect(verdict).toMatchObject({ outcome, figures: { memory: bytes, max_memory: 2 ** 21 } });
  });
});

/** A model whose times are drawn: lognormal around a median, with a noise that both models share round by round. */
function timed(median: number, key: string): () => Promise<OpenContender> {
  return async () => {
    const rng = createRng(5, "timed", key);
    return { loadMs: 1, time: async () => median * Math.exp(0.1 * rng.normal()), release: async () => {} };
  };
}

describe("latency", () => {
  const of = (candidate: number, champion: number | null) =>
    withFiles(
      { open: timed(candidate, "candidate") },
      champion === null ? null : { open: timed(champion, "champion") },
    );

  test("passes a percentile that is shown to be below the limit, with its ratio to the champion's", async () => {
    const verdict = await judge("latency", of(1, 1), { percentile: 99, max: "2ms", ratio: 1.2, wall: "1h" });
    expect(verdict.outcome).toBe("PASS");
    expect(verdict.reason).toMatch(
      /^Of 1,000 single-row runs here and now, percentile 99 is 1\.2\d* ms \(1\.2\d* to 1\.\d+\) where 2 ms is allowed; its ratio to the champion's is (0\.9\d+|1\.0\d*|1) \(0\.\d+ to 1\.\d+\) where 1\.2 is allowed\.$/,
    );
    expect(verdict.figures).toMatchObject({
      runs: 1000,
      percentile: 99,
      max: 2,
      ratio: 1.2,
      champion_ms: expect.any(Number),
    });
  });

  test.each([
    [of(3, 3), { max: "2ms" }, "FAIL", /percentile 99 is 3\.\d+ ms/],
    [of(1.58, 3), { max: "2ms" }, "INCONCLUSIVE", /where 2 ms is allowed/],
    [of(1, 0.5), { max: "2ms", ratio: 1.5 }, "FAIL", /^Of [^;]* its ratio to the champion's is (1\.9\d*|2\.\d+|2) /],
    [of(1, null), { max: "2ms", ratio: 1.5 }, "PASS", /percentile 99/],
    [of(1, 1), { percentile: 50, max: "1.1ms" }, "PASS", /percentile 50 is (0\.99\d*|1\.0\d*|1) ms/],
  ])("%#: is judged by its interval", async (evidence, options, outcome, reason) => {
    expect(await judge("latency", evidence, { wall: "1h", ...options })).toMatchObject({
      outcome,
      reason: expect.stringMatching(reason),
    });
  });

  test("with too little time for 1,000 runs a slow model fails, and a quick one isn't passed", async () => {
    expect(await judge("latency", of(40, null), { max: "2ms", wall: "10s" })).toMatchObject({
      outcome: "FAIL",
      reason: expect.stringMatching(/^Of \d+ single-row runs here and now, of 1,000 that there was no time for, /),
    });
    expect((await judge("latency", of(40, null), { max: "100ms", wall: "10s" })).outcome).toBe("INCONCLUSIVE");
    expect(await judge("latency", of(1e5, 1e5), { max: "2ms", wall: "1s" })).toMatchObject({ outcome: "INCONCLUSIVE" });
  });

  test("runs models in turn, A B B A, on the same rows, after warming up, and releases both", async () => {
    const calls: string[] = [];
    const model = (name: string): OpenContender => ({
      loadMs: 1,
      time: async (row) => {
        calls.push(`${name}${row}`);
        return 1;
      },
      release: async () => {},
    });
    const times = await race({ candidate: model("B"), champion: model("A"), rows: 30, seed: 1, budget: 1e6 });
    expect([times.candidate.length, times.champion.length]).toEqual([LEAST_RUNS, LEAST_RUNS]);
    expect(calls.length).toBe(2 * (50 + LEAST_RUNS));
    for (let at = 100; at < calls.length; at += 4) {
      const [first, ...rest] = calls.slice(at, at + 4) as [string, ...string[]];
      expect([first, ...rest].map((call) => call[0])).toEqual(["A", "B", "B", "A"]);
      expect(new Set(rest.map((call) => call.slice(1)))).toEqual(new Set([first.slice(1)]));
    }
  });

  test("the interval of a percentile is that of order statistics", () => {
    const values = Float64Array.from({ length: 1000 }, (_, at) => at + 1);
    expect(quantileOf(values, 0.99)).toBe(990);
    // scipy 1.10: binom.cdf(982, 1000, 0.99) = 0.0138, (983) = 0.0264, (995) = 0.9713, (996) = 0.9899
    expect(quantileBounds(values, 0.99)).toEqual({ low: 983, high: 997 });
    expect(quantileBounds(values.subarray(0, 300), 0.99).high).toBe(Number.POSITIVE_INFINITY);
  });

  test("of real files in real sessions times are there, and the models released", async () => {
    const table = tableOf({ a: [1, 2, 3], b: [4, 5, 6] });
    const open = () => openTimed(FILE, REGRESSION, table);
    const evidence = { ...withFiles({ open }, { open }), truth: Float64Array.of(1, 2, 3) };
    const verdict = await judge("latency", evidence, { max: "1h", ratio: 100 });
    expect(verdict.outcome).toBe("PASS");
    expect(verdict.figures.ms).toBeGreaterThan(0);
    const model = await open();
    expect(model.loadMs).toBeGreaterThan(0);
    await model.release();
  });
});
