import { Scratch } from "../../../core/hyperparameter-js/src/math/scratch.js";

describe("scratch memory", () => {
  it("gives arrays that don't overlap until it is cleared, however long they are", () => {
    const scratch = new Scratch();
    for (let round = 0; round < 3; round++) {
      const taken = [1, 4000, 300, 9000, 5].map((length, at) => scratch.take(length).fill(at));
      taken.forEach((array, at) => {
        expect(new Set(array)).toEqual(new Set([at]));
      });
      scratch.clear();
    }
  });

  it("gives the same memory again after that", () => {
    const scratch = new Scratch();
    const first = scratch.take(8).fill(7);
    scratch.clear();
    expect(scratch.take(8).buffer).toBe(first.buffer);
  });
});
