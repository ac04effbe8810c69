import { OnnxError } from "onnx-train";
import { FLAT } from "../../../core/onnx-train/src/autodiff/gradient.js";
import { GRADIENTS } from "../../../core/onnx-train/src/autodiff/gradients.js";
import {
  type Checked,
  expectClose,
  expectDifferences,
  type Naming,
  opened,
  openedTwice,
  VECTORS,
  type Vector,
} from "./vectors.js";

const NAMED = VECTORS.map((vector) => [vector.name, vector] as const);

/** Without kernels for double numbers in onnxruntime 1.30, also those that their gradients are made of. */
const FLOAT_ONLY = new Set(
  `Acos Acosh Asin Asinh Atan Atanh Attention AveragePool Celu Conv ConvTranspose Cosh Elu Erf Gelu GlobalAveragePool
  GlobalLpPool GlobalMaxPool HardSigmoid HardSwish InstanceNormalization GroupNormalization LRN LpPool Mean
  MeanVarianceNormalization Mish OneHot Resize Selu Sinh Softplus Softsign Tan ThresholdedRelu`.split(/\s+/),
);

/** What is float32 on the way: moments, results, what onnxruntime works with inside. */
const MIXED = new Set(["LayerNormalization, with its moments", "Cast", "Shrink", "Shrink, soft"]);
const DOUBLE = new Set(
  NAMED.filter(([name, { operator }]) => !FLOAT_ONLY.has(operator) && !MIXED.has(name)).map(([name]) => name),
);

/** At ties differences go to whichever side they step. */
const TIES = new Set(["MaxPool, equal ones"]);

async function expectVector(vector: Vector, tolerance: number, { session, feeds }: Checked): Promise<void> {
  const found = await session.run(feeds);
  for (const [index, output] of vector.outputs.entries())
    expectClose(`y${index}`, found[`y${index}`], output, tolerance);
  for (const [index, dx] of Object.entries(vector.dx)) expectClose(`dx${index}`, found[`dx${index}`], dx, tolerance);
}

describe("a row of gradients gives what PyTorch gives, and finite differences", () => {
  it.each(NAMED)("for %s", async (name, vector) => {
    const checked = await opened(vector);
    for (const [index, shape] of checked.shapes.entries()) expect(shape).toEqual(vector.outputs[index]?.dims);
    await expectVector(vector, 2e-5, checked);
    if (!DOUBLE.has(name) && !TIES.has(name)) await expectDifferences(checked, "float", 2e-3);
    await checked.session.release();
  });

  it.each(NAMED.filter(([name]) => DOUBLE.has(name)))("in double precision for %s", async (name, vector) => {
    const checked = await opened(vector, "double");
    await expectVector(vector, 1e-6, checked);
    if (!TIES.has(name)) await expectDifferences(checked, "double", 1e-6);
    await checked.session.release();
  });
});

/** Their form changed after opset 17, or onnxruntime 1.30 has no kernel for the new one. */
const OLDER = /^(Reduce(?!Sum,).*(axes kept|with zeros)|Split, (equal parts|one part used)|GlobalLpPool.*)$/;

describe("a row of gradients fits the operators of a newer version", () => {
  it.each(NAMED.filter(([name, { opset }]) => opset === 17 && !OLDER.test(name)))("24 for %s", async (_, vector) => {
    const checked = await opened({ ...vector, opset: 24 });
    await expectVector(vector, 2e-5, checked);
    await checked.session.release();
  });
});

/** Its row divides what is 0 out, and with it what a change of that would bring. */
const ONCE = new Set(["ReduceProd, with zeros"]);

describe("gradients of gradients are those of finite differences", () => {
  it.each(NAMED.filter(([name]) => !TIES.has(name) && !ONCE.has(name)))("for %s", async (name, vector) => {
    const [precision, tolerance] = DOUBLE.has(name) ? (["double", 1e-6] as const) : (["float", 5e-3] as const);
    const checked = await openedTwice(vector, precision);
    await expectDifferences(checked, precision, tolerance);
    await checked.session.release();
  });
});

/** Kernels, and numbers for each channel, are weights: those have sizes. */
const WEIGHTED = /^(Conv|ConvTranspose|\w+Normalization|Attention)$/;

/** The first axis of what isn't a weight counts rows: how many is only known at run time. */
const rows =
  ({ operator }: Vector): Naming =>
  (index, dims) =>
    dims.length > 1 && dims[0] !== 1 && (index === 0 || !WEIGHTED.test(operator))
      ? [`N${dims[0]}`, ...dims.slice(1)]
      : dims;

/** No size is known. */
const all: Naming = (_, dims) => dims.map((size) => (size === 1 ? size : `N${size}`));

/** Need to know a size, as messages say. */
const SIZED =
  /^(Attention|AveragePool|Conv|ConvTranspose|DepthToSpace|GroupNormalization|LpPool|LRN|MaxPool|NegativeLogLikelihoodLoss|Resize|SoftmaxCrossEntropyLoss|SpaceToDepth)$/;

/** onnxruntime 1.30 takes the size of axes that broadcast under "..." from the first operand, be it 1, and folds shapes by that. */
const MISREAD = new Set(["Einsum, ...ij,...jk->...ik"]);

/** What inference says with names in it, "" where it doesn't know, beside what came out. */
function expectShapes({ outputs }: Vector, { shapes }: Checked): void {
  for (const [index, { dims }] of outputs.entries()) {
    const told = shapes[index]?.map((size, axis) => (size === "" ? dims[axis] : sizeOf(size)));
    expect(told).toEqual(dims);
  }
}

/** "2*N3" is 6. */
function sizeOf(size: number | string): number {
  return String(size)
    .split("*")
    .reduce((product, factor) => product * Number(factor.replace("N", "")), 1);
}

describe("sizes that are not known while a row is built", () => {
  it.each(NAMED.filter(([name]) => !MISREAD.has(name)))("of rows: %s", async (_, vector) => {
    const checked = await opened(vector, "float", rows(vector));
    expectShapes(vector, checked);
    await expectVector(vector, 2e-5, checked);
    await checked.session.release();
  });

  it.each(NAMED.filter(([name]) => !MISREAD.has(name)))("of all axes: %s", async (_, vector) => {
    try {
      const checked = await opened(vector, "float", all);
      expectShapes(vector, checked);
      await expectVector(vector, 2e-5, checked);
      await checked.session.release();
    } catch (error) {
      if (!(error instanceof OnnxError)) throw error;
      expect([vector.operator, error.message]).toEqual([
        expect.stringMatching(SIZED),
        expect.stringContaining(vector.operator),
      ]);
    }
  });
});

describe("the table of gradients", () => {
  it("has a vector for every row that isn't flat", () => {
    const tried = new Set(VECTORS.map(({ operator }) => operator));
    const rowsWithout = [...GRADIENTS].filter(([operator, row]) => row !== FLAT && !tried.has(operator));
    expect(rowsWithout.map(([operator]) => operator)).toEqual([]);
  });
});
