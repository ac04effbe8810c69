import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createRng } from "hyperparameter-js";
import { CompiledKernel } from "../../../../plugins/learners/gbdt/compiled-kernel.js";
import { Ask, type Kernel, PlainKernel, strideOf } from "../../../../plugins/learners/gbdt/kernel.js";

const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));

test("the compiled code is what its source compiles to", () => {
  const { stdout, stderr } = spawnSync(process.execPath, ["scripts/kernel.mjs", "--print"], {
    cwd: ROOT,
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  expect(stdout).toBe(readFileSync(`${ROOT}plugins/learners/gbdt/kernel-code.ts`, "utf8"));
});

describe.each([1, 3, 4, 6, 9, 130])("with %i features, compiled and plain loops agree bit by bit", (width) => {
  const rows = 300;
  const size = { rows, width, bins: 256, slots: 3 };
  const length = width * strideOf(size);
  const kernels: readonly [Kernel, Kernel] = [new PlainKernel(size), new CompiledKernel(size)];
  const rng = createRng(width, "kernel");
  const codes = Uint8Array.from({ length: rows * width }, () => rng.int(256));
  const pairs = Float32Array.from({ length: rows * 2 }, (_, at) => (at % 2 === 0 ? rng.normal() : rng.next()));
  for (const kernel of kernels) {
    kernel.codes.set(codes);
    kernel.turn();
    kernel.pairs.set(pairs);
    kernel.order.set(kernel.order.map((_, row) => row));
  }

  function both<T>(of: (kernel: Kernel) => T): void {
    const [plain, compiled] = kernels.map(of);
    expect(compiled).toEqual(plain);
  }

  test.each([
    ["all", Int32Array.from({ length: width }, (_, at) => at)],
    ["one", Int32Array.of(width - 1)],
  ] as const)("histograms of %s of them, and what is left when a part is taken away", (_, columns) => {
    for (const kernel of kernels) {
      kernel.use(columns);
      kernel.accumulate(2, 0, rows);
      kernel.accumulate(1, 10, 77);
      kernel.subtract(2, 1);
    }
    both(({ sums }) => sums.slice(length));
    const total = kernels[0].sums.subarray(2 * length).reduce((sum, value) => sum + value, 0);
    const outside = [...pairs].filter((_, at) => at < 20 || at >= 154).reduce((sum, value) => sum + value, 0);
    expect(total).toBeCloseTo(outside * columns.length, 6);
  });

  test("rows divided by a set of bins, each side in its order", () => {
    const isLeft = Uint8Array.from({ length: 256 }, (_, bin) => (bin % 3 === 0 ? 1 : 0));
    both((kernel) => kernel.divide(width - 1, isLeft, 20, 250));
    both(({ order }) => order.slice());
    const { order } = kernels[0];
    const left = order.filter((row) => (codes[row * width + width - 1] as number) % 3 === 0 && row >= 20 && row < 250);
    expect(order.slice(20, 20 + left.length)).toEqual(left.slice().sort());
    expect(order.slice().sort()).toEqual(Int32Array.from({ length: rows }, (_, row) => row));
  });

  test.each([0, 0.5])("the best cut, with l1 = %p", (l1) => {
    for (const kernel of kernels) {
      kernel.use(Int32Array.from({ length: width }, (_, at) => at));
      kernel.accumulate(0, 0, rows);
      const sum = (part: number) => pairs.reduce((total, value, at) => total + (at % 2 === part ? value : 0), 0);
      const asked = {
        leftGradient: 0.1,
        leftBend: 0.2,
        gradient: sum(0),
        bend: sum(1),
        l1,
        l2: 1,
        least: 5,
        most: 140,
        worth: 0,
      };
      for (const [name, place] of Object.entries(Ask)) kernel.ask[place] = asked[name as keyof typeof asked];
    }
    const begin = (width - 1) * strideOf(size);
    both((kernel) => kernel.cut(begin, begin + 508));
    both(({ ask }) => ask.slice());
    // what was found is not exceeded, rounding apart
    for (const { ask } of kernels) {
      ask.set([0.1, 0.2]);
      ask[Ask.worth] = (ask[Ask.worth] as number) * (1 + 1e-12);
    }
    both((kernel) => kernel.cut(begin, begin + 508));
    expect(kernels[0].cut(begin, begin + 508)).toBe(-1);
  });
});
