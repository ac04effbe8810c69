/** Numbers as shares of bins: what the layer says, what of it trains, and what it refuses. */
import {
  chosen,
  encodeModel,
  epochPlan,
  GraphBuilder,
  type Model,
  openSession,
  piecewiseEmbedding,
  Scope,
  sgd,
  squaredError,
  type Tensor,
  Trainer,
  tensor,
  trainingProgram,
  withWeights,
} from "onnx-train";

const EDGES = [-1, 0, 2];
/** Of two features, [features, bins, units]: the first has the shares themselves, the second their negatives and sums. */
const WEIGHT = [1, 0, 0, 1, -1, 1, -1, 1];
const BIAS = [0, 0, 0.5, 0];
const LOSS = squaredError({ output: "y", shape: [4] });

function netOf(edges: readonly number[] = EDGES): Model {
  const g = new GraphBuilder("net");
  const x = g.input("x", "float", ["N", 2]);
  g.output(piecewiseEmbedding(new Scope(g, 1).within("numbers"), x, { edges, units: 2 }), "y");
  return withWeights(
    g.model(),
    new Map([
      ["numbers/weight", tensor("float", [2, edges.length - 1, 2], WEIGHT.slice(0, 4 * (edges.length - 1)))],
      ["numbers/bias", tensor("float", [2, 1, 2], BIAS)],
    ]),
  );
}

async function said(rows: readonly (readonly number[])[]): Promise<number[]> {
  const session = await openSession(encodeModel(netOf()));
  const { y } = await session.run({ x: tensor("float", [rows.length, 2], rows.flat()) });
  await session.release();
  return Array.from((y as Tensor).data, Number);
}

describe("a piecewise embedding", () => {
  // By hand. A number's shares: of -0.5 (0.5, 0), of 0 (1, 0), of 1 (1, 0.5), of 2 (1, 1), of 6 (1, 3), of -3 (-2, 0).
  it.each([
    ["within the first bin", [-0.5, -0.5], [0.5, 0, 0, 0.5]],
    ["on an edge", [0, 0], [1, 0, 0, 1]],
    ["within the last bin", [1, 1], [1, 0.5, 0, 1.5]],
    ["on the last edge", [2, 2], [1, 1, 0, 2]],
    ["above all edges, on along the line", [6, 6], [1, 3, 0, 4]],
    ["below all edges, on along the line", [-3, -3], [0, 0, 2.5, 0]],
    ["of features apart", [1, -3], [1, 0.5, 2.5, 0]],
  ])("gives how much of each bin lies below a number: %s", async (_, row, expected) => {
    expect(await said([row])).toEqual(expected);
  });

  it("trains its weights and biases, and nothing else", () => {
    const names = [...netOf().graph.initializers.keys()].map(({ name }) => name);
    const trains = chosen(netOf(), {});
    expect(names.filter(trains).sort()).toEqual(["numbers/bias", "numbers/weight"]);
    const program = trainingProgram({ model: netOf(), loss: LOSS, optimizer: sgd(), trains: () => true });
    expect(program.parameters.map(({ name }) => name).sort()).toEqual(["numbers/bias", "numbers/weight"]);
  });

  it("learns along the gradient of the squared error: by hand", async () => {
    const trainer = await Trainer.open(trainingProgram({ model: netOf(), loss: LOSS, optimizer: sgd() }));
    // Feature 0 has shares (1, 0.5) and says (1, 0.5); feature 1 has (-2, 0) and says (2.5, 0), of which the 0 is the Relu's.
    const data = { x: tensor("float", [1, 2], [1, -3]), target: tensor("float", [1, 4], [0, 0, 0, 9]) };
    const plan = epochPlan({ rows: 1, batch: 1, seed: 1, epoch: 0 });
    const { state } = await trainer.run(trainer.start(), { data, plan, seed: 1, hyper: () => ({ rate: 1 }) });
    const after = trainer.weights(state);
    await trainer.release();
    const gradient = (name: string, before: readonly number[]) =>
      before.map((value, at) => value - Number(after.get(name)?.data[at]));
    // d mean e² / dy = 2 e / 4: (0.5, 0.25, 1.25, 0).
    expect(gradient("numbers/bias", BIAS)).toEqual([0.5, 0.25, 1.25, 0]);
    expect(gradient("numbers/weight", WEIGHT)).toEqual([0.5, 0.25, 0.25, 0.125, -2.5, 0, 0, 0]);
  });

  it.each([
    ["none", []],
    ["one", [0]],
    ["two that are one", [0, 0]],
    ["two that float32 can't tell apart", [1, 1 + 1e-9]],
    ["falling ones", [0, 2, 1]],
    ["one that is no number", [0, Number.NaN, 1]],
    ["an end that is infinite", [0, Number.POSITIVE_INFINITY]],
    ["a begin that is infinite", [Number.NEGATIVE_INFINITY, 0]],
    ["one beyond float32", [0, 1e39]],
  ])("refuses edges: %s", (_, edges) => {
    const g = new GraphBuilder("net");
    const x = g.input("x", "float", ["N", 2]);
    const build = () => piecewiseEmbedding(new Scope(g, 1), x, { edges });
    expect(build).toThrow(expect.objectContaining({ code: "ONNX_OPTION" }));
    expect(build).toThrow("piecewiseEmbedding.edges: expected two or more finite numbers, each above the one before");
  });

  it("refuses no units", () => {
    const g = new GraphBuilder("net");
    const x = g.input("x", "float", ["N", 2]);
    expect(() => piecewiseEmbedding(new Scope(g, 1), x, { edges: EDGES, units: 0 })).toThrow(
      "piecewiseEmbedding.units: expected a whole number of 1 or more, got 0",
    );
  });
});
