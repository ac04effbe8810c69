import { readFileSync } from "node:fs";
import { encodeModel, withWeights } from "onnx-train";
import { learned, lesson, SETTINGS, written } from "./language.mjs";

interface Curve {
  readonly settings: object;
  readonly losses: readonly number[];
}

const { short, long } = JSON.parse(readFileSync(new URL("../texts/curves.json", import.meta.url), "utf8")) as Readonly<
  Record<"short" | "long", Curve>
>;

describe("a small language model", () => {
  const todo = lesson(SETTINGS.short);

  it("has curves of the same training in PyTorch", () => {
    expect([short.settings, long.settings]).toEqual([SETTINGS.short, SETTINGS.long]);
  });

  it("loses as much at each step as in PyTorch, and writes by what was exported", async () => {
    const { weights, losses } = await learned(SETTINGS.short, todo);
    const off = losses.map((loss, step) => Math.abs(loss - Number(short.losses[step])));
    expect([losses.length, Math.max(...off) < 1e-4 ? "agree" : off]).toEqual([short.losses.length, "agree"]);
    const bytes = encodeModel(withWeights(todo.model, weights));
    const writing = { begin: "Alice was beginning ", count: 20, temperature: 0.5, seed: 1 };
    const text = await written(bytes, writing);
    expect(text).toMatch(/^Alice was beginning [\s\S]{20}$/);
    // As often in what it writes as in the book, at the least: after 20 steps it knows spaces and the commonest letters.
    expect([...text.slice(20)].filter((character) => " etaoin".includes(character)).length).toBeGreaterThan(8);
    expect(await written(bytes, writing)).toBe(text);
    expect(await written(bytes, { ...writing, seed: 2 })).not.toBe(text);
  });
});
