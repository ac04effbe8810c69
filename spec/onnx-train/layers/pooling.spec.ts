import { Scope, type TimePoolOptions, tensor, timePool } from "onnx-train";
import { expectGradients, spread } from "../autodiff/differences.js";

describe("pooling over time hands gradients back", () => {
  const kinds: readonly TimePoolOptions["kind"][] = ["mean", "max", "first", "last"];

  it.each(kinds)("by the %s, with padding and without", async (kind) => {
    const inputs = { x: spread([2, 4, 3]) };
    await expectGradients({ inputs, build: (g, { x }) => timePool(new Scope(g, 1), x, { kind }) });
    await expectGradients({
      inputs,
      build: (g, { x }) => {
        const mask = g.initializer(tensor("int64", [2, 4], [1, 1, 0, 0, 1, 0, 1, 1]));
        return timePool(new Scope(g, 1), x, { kind, mask });
      },
    });
  });
});
