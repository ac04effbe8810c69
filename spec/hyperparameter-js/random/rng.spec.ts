import fc from "fast-check";
import { createRng, deriveSeed, HyperparameterError } from "hyperparameter-js";
import { type Block, type Key, philox } from "../../../core/hyperparameter-js/src/random/philox.js";

const word32 = (text: string, at: number): number => Number.parseInt(text.split(" ")[at] ?? "", 16);
const block = (text: string): Block => [word32(text, 0), word32(text, 1), word32(text, 2), word32(text, 3)];

describe("philox", () => {
  // Random123 1.14, tests/kat_vectors, rows "philox4x32 10".
  it.each([
    ["00000000 00000000 00000000 00000000", "00000000 00000000", "6627e8d5 e169c58d bc57ac4c 9b00dbd8"],
    ["ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff", "408f276d 41c83b0e a20bc7c6 6d5451fd"],
    ["243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0", "d16cfe09 94fdcceb 5001e420 24126ea1"],
  ])("gives the published block for counter %s and key %s", (counter, key, published) => {
    expect(philox(block(counter), [word32(key, 0), word32(key, 1)])).toEqual(block(published));
  });

  it("multiplies as exact integers do", () => {
    const twin = ([a, b, c, d]: Block, key: Key): number[] => {
      let words = [a, b, c, d].map(BigInt);
      let keys = key.map(BigInt);
      for (let round = 0; round < 10; round++) {
        const [x, y, z, w] = words as [bigint, bigint, bigint, bigint];
        const [p, q] = [0xd2511f53n * x, 0xcd9e8d57n * z];
        words = [(q >> 32n) ^ y ^ (keys[0] ?? 0n), q & 0xffffffffn, (p >> 32n) ^ w ^ (keys[1] ?? 0n), p & 0xffffffffn];
        keys = [((keys[0] ?? 0n) + 0x9e3779b9n) & 0xffffffffn, ((keys[1] ?? 0n) + 0xbb67ae85n) & 0xffffffffn];
      }
      return words.map(Number);
    };
    const word = fc.integer({ min: 0, max: 0xffffffff });
    fc.assert(
      fc.property(fc.tuple(word, word, word, word), fc.tuple(word, word), (counter, key) => {
        expect(philox(counter, key)).toEqual(twin(counter, key));
      }),
    );
  });
});

describe("createRng", () => {
  const first = (count: number, rng: { next(): number }) => Array.from({ length: count }, () => rng.next());

  it("gives the same stream for the same address and another for any other", () => {
    const address = ["7", ""].map(() => first(5, createRng(7, 3, "tpe")));
    expect(address[0]).toEqual(address[1]);
    const others = [
      createRng(8, 3, "tpe"),
      createRng(7 + 2 ** 40, 3, "tpe"),
      createRng(7, 4, "tpe"),
      createRng(7, 3, "random"),
      createRng(7, "tpe", 3),
      createRng(7, "3", "tpe"),
      createRng(7, 3),
      createRng(7, 3, "tp", "e"),
      createRng(7, 3, "tpe", ""),
      createRng(7, 3.5, "tpe"),
      createRng(7, 3, "😀"),
      createRng(7, 3, "😁"),
    ].map((rng) => first(1, rng)[0]);
    expect(new Set([...others, address[0]?.[0]]).size).toBe(others.length + 1);
  });

  it("keeps the bits that earlier versions gave", () => {
    expect(first(3, createRng(0))).toEqual([0.7944924556695884, 0.9597452248850957, 0.36411715476450734]);
    expect([deriveSeed(0), deriveSeed(42, "trial", 7), deriveSeed(2 ** 53 - 1, -0.5)]).toEqual([
      3594291088041750, 7467952611375676, 910560137514980,
    ]);
  });

  it("is uniform: each of 64 bins, each bit and neighbours' product within five standard errors", () => {
    const draws = first(16_000, createRng(1, "uniform"));
    const bins = new Array<number>(64).fill(0);
    for (const draw of draws) bins[Math.floor(draw * 64)] = (bins[Math.floor(draw * 64)] ?? 0) + 1;
    for (const bin of bins) expect(Math.abs(bin - 250)).toBeLessThan(5 * Math.sqrt(250));
    for (let bit = 1; bit <= 53; bit++) {
      const ones = draws.filter((draw) => Math.floor(draw * 2 ** bit) % 2 === 1).length;
      expect(Math.abs(ones - 8_000)).toBeLessThan(5 * Math.sqrt(4_000));
    }
    const product = draws.slice(1).reduce((sum, draw, at) => sum + (draw - 0.5) * ((draws[at] as number) - 0.5), 0);
    expect(Math.abs(product)).toBeLessThan(5 * Math.sqrt(16_000) * (1 / 12));
  });

  it("draws whole numbers without bias where n is no power of two", () => {
    const rng = createRng(3, "int");
    const counts = new Array<number>(3).fill(0);
    for (let draw = 0; draw < 30_000; draw++) {
      const value = rng.int(3);
      counts[value] = (counts[value] ?? 0) + 1;
    }
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(5 * Math.sqrt(30_000 * (2 / 9)));
    const wide = Array.from({ length: 500 }, () => rng.int(2 ** 53 - 1));
    expect(wide.every((value) => Number.isSafeInteger(value) && value >= 0)).toBe(true);
    expect(Math.max(...wide)).toBeGreaterThan(0.98 * 2 ** 53);
  });

  it("draws normals with the moments of the standard normal", () => {
    const rng = createRng(4, "normal");
    const draws = Array.from({ length: 50_000 }, () => rng.normal());
    const moment = (k: number) => draws.reduce((sum, draw) => sum + draw ** k, 0) / draws.length;
    expect(Math.abs(moment(1))).toBeLessThan(5 / Math.sqrt(50_000));
    expect(Math.abs(moment(2) - 1)).toBeLessThan(5 * Math.sqrt(2 / 50_000));
    expect(Math.abs(moment(4) - 3)).toBeLessThan(5 * Math.sqrt(96 / 50_000));
  });

  it("refuses seeds that are not whole numbers from 0 to 2^53 - 1", () => {
    for (const seed of [-1, 0.5, 2 ** 53, Number.NaN]) expect(() => createRng(seed)).toThrow(HyperparameterError);
  });
});
