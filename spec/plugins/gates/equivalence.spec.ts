/** `min_effect` with `equivalent`: as good and smaller is a way to pass too. */
import { createRng } from "hyperparameter-js";
import { accuracy } from "../../../plugins/metrics/labels.js";
import { binaryEvidence, contender } from "./evidence.js";
import { judge } from "./judging.js";

const options = { equivalent: { margin: 0.02, smaller: 0.2 } };
const evidence = binaryEvidence(800, { candidate: 1, champion: 1 });

/** A hair's breadth from the champion on every row, and worse by `harm` on rows of the second class. */
function twin(bytes: number, harm = 0) {
  const champion = (evidence.champion ?? evidence.baseline).prediction;
  const prediction = champion.map((p, at) => {
    const wrong = at % 4 === 3 ? -harm : 0;
    return at % 2 === 0 ? p : p + 0.01 * Math.sin(at) + wrong;
  });
  return { ...evidence.candidate, bytes, prediction };
}

test("a candidate that is as good as the champion and a third smaller passes, and the verdict says why", async () => {
  const verdict = await judge("min_effect", { ...evidence, candidate: twin(700) }, options);
  expect(verdict.outcome).toBe("PASS");
  expect(verdict.reason).toMatch(
    /^Equivalent to the champion and smaller: its roc_auc differs by −?0\.0\d+ to −?0\.0\d+ at alpha 0\.03 \(800 rows; \+ is better\), within ±0\.02, and its file of 700 bytes is 30 % smaller\.$/,
  );
  expect(verdict.figures).toMatchObject({ test: "delong", against: "champion", equivalence: options.equivalent });
});

test.each([
  ["one that isn't smaller enough", twin(801), options],
  ["one that the rows can't tell to be as good", { ...evidence.candidate, bytes: 100 }, options],
  ["any without the option", twin(700), {}],
  ["one that is worse", twin(700, 0.1), options],
] as const)("%s doesn't pass", async (_, candidate, given) => {
  expect((await judge("min_effect", { ...evidence, candidate }, given)).outcome).not.toBe("PASS");
});

test("before the first champion nothing is equivalent, however small", async () => {
  const first = { ...evidence, champion: null, candidate: { ...evidence.baseline, bytes: 1 } };
  expect((await judge("min_effect", first, options)).outcome).toBe("FAIL");
});

test("a clear gain passes as a gain", async () => {
  const better = binaryEvidence(800, { candidate: 1.6, champion: 1 });
  const verdict = await judge("min_effect", { ...better, candidate: { ...better.candidate, bytes: 100 } }, options);
  expect(verdict.reason).toMatch(/above the margin of 0\.$/);
});

// 200 pairs at alpha 3 %: three standard deviations above it are 6.6 %.
test("one that is worse by the whole margin is taken for equivalent in at most alpha of the cases", async () => {
  const rows = 1000;
  const truth = Float64Array.from({ length: rows }, (_, row) => row % 2);
  const said = (isRight: (row: number) => boolean) =>
    Float64Array.from({ length: 2 * rows }, (_, at) => ((truth[at >> 1] === at % 2) === isRight(at >> 1) ? 0.9 : 0.1));
  let passed = 0;
  for (let pair = 0; pair < 200; pair++) {
    const rng = createRng(pair, "pair");
    // 2 % of the rows won and 4 % lost
    const draws = Array.from({ length: rows }, () => rng.next());
    const candidate = {
      ...contender(
        "c",
        said((row) => (draws[row] ?? 0) >= 0.04),
      ),
      bytes: 1,
    };
    const champion = contender(
      "a",
      said((row) => (draws[row] ?? 0) < 0.04 || (draws[row] ?? 0) >= 0.06),
    );
    const verdict = await judge("min_effect", { ...evidence, metric: accuracy, truth, candidate, champion }, options);
    if (verdict.outcome === "PASS") passed++;
  }
  expect(passed / 200).toBeLessThanOrEqual(0.066);
});
