/** Where layers put their weights: a builder, a path of names, and a seed. */
import type { GraphBuilder } from "../builder/builder.js";
import type { Value } from "../graph.js";
import { randomNumbers } from "../random.js";
import { type Distribution, drawn, type Fan } from "./initial.js";

export class Scope {
  constructor(
    readonly g: GraphBuilder,
    private readonly seed: number,
    private readonly path = "",
  ) {}

  /** The part of this name: its weights are called `name/…`. */
  within(name: string): Scope {
    return new Scope(this.g, this.seed, this.named(name));
  }

  /**
   * An initializer under its path, with initial values that depend on seed and path alone.
   * @throws OnnxError ONNX_INVALID when there is one of that name already
   */
  weight(
    name: string,
    dims: readonly number[],
    distribution: Distribution,
    fan: Fan = { inputs: 1, outputs: 1 },
  ): Value {
    const path = this.named(name);
    return this.g.named(path, drawn(distribution, dims, fan, randomNumbers(this.seed, path)));
  }

  private named(name: string): string {
    return this.path === "" ? name : `${this.path}/${name}`;
  }
}
