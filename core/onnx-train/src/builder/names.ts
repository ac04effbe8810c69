import { OnnxError } from "../errors.js";
import type { Value } from "../graph.js";

/** The names in use over a graph and its subgraphs, with their holders. */
export class Names {
  private readonly holders = new Map<string, Value>();
  private readonly exact = new Set<string>();
  private readonly counts = new Map<string, number>();

  /** Gives the value a name that nobody has. */
  fresh(value: Value, hint: string): void {
    let name: string;
    do {
      const count = this.counts.get(hint) ?? 0;
      this.counts.set(hint, count + 1);
      name = `${hint}_${count}`;
    } while (this.holders.has(name));
    value.name = name;
    this.holders.set(name, value);
  }

  /** Gives the value exactly this name; an inner value that happens to have it gets another one. */
  claim(value: Value, name: string): void {
    if (this.exact.has(name))
      throw new OnnxError("ONNX_INVALID", `two inputs, outputs or weights are called ${JSON.stringify(name)}`);
    const holder = this.holders.get(name);
    this.exact.add(name);
    this.holders.delete(value.name);
    this.holders.set(name, value);
    value.name = name;
    if (holder !== undefined && holder !== value) this.fresh(holder, "renamed");
  }

  isExact(value: Value): boolean {
    return this.exact.has(value.name) && this.holders.get(value.name) === value;
  }
}
