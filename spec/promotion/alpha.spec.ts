import fc from "fast-check";
import { type Against, allowanceOf, isSpent, type Spent } from "../../core/promotion/alpha.js";

/** The looks of a campaign: each risks what it may. */
function campaign(alpha: number, against: readonly Against[], isPromoted: (look: number) => boolean): Spent[] {
  const looks: Spent[] = [];
  for (const [at, one] of against.entries())
    looks.push({ against: one, alpha: allowanceOf(alpha, looks, one).alpha, promoted: isPromoted(at + 1) });
  return looks;
}

const total = (looks: readonly Spent[]) => looks.reduce((sum, { alpha }) => sum + alpha, 0);
const challengers = (count: number) => new Array<Against>(count).fill("champion");

const EXPECTED = {
  none: [0.008202940608271383, 0.0027059612560535766, 0.00020604855212395822],
  some: [0.009617351394497663, 0.017765097092821702, 0.022807022811067508, 0.005222569901899265],
  baseline: [0.0027343135360904606, 0.0036363006214416528],
};

// Values of the published recursion, with scipy.special.zeta: γ_t = t^-1.6/ζ(1.6), level 0.0375, W0 half of it.
test("alpha is LORD++'s, while nothing is promoted and after promotions", () => {
  const none = campaign(0.05, challengers(10), () => false);
  expect([1, 2, 10].map((look) => none[look - 1]?.alpha)).toEqual(EXPECTED.none.map((x) => expect.closeTo(x, 12)));
  const some = campaign(0.05, challengers(9), (look) => [2, 5, 6].includes(look));
  expect([3, 6, 7, 9].map((look) => some[look - 1]?.alpha)).toEqual(EXPECTED.some.map((x) => expect.closeTo(x, 12)));
});

test("looks at what nothing serves for have an account of their own, which an early promotion fills up", () => {
  const early = campaign(0.05, ["baseline", "baseline"], (look) => look === 1);
  expect(early.map(({ alpha }) => alpha)).toEqual(EXPECTED.baseline.map((x) => expect.closeTo(x, 12)));
  expect(allowanceOf(0.05, early, "champion").alpha).toBeCloseTo(EXPECTED.none[0] as number, 12);
});

test("while nothing is promoted, all looks there will ever be risk less than alpha, of both kinds together", () => {
  const against = Array.from({ length: 2000 }, (_, at): Against => (at % 3 === 0 ? "baseline" : "champion"));
  const spent = total(campaign(0.05, against, () => false));
  expect(spent).toBeLessThan(0.05 / 2);
  expect(spent).toBeGreaterThan(0.9 * (0.05 / 2));
});

test("promotions over the baseline earn nothing for looks at a champion", () => {
  const looks = campaign(0.05, ["baseline", "baseline", ...challengers(500)], (look) => look <= 2);
  expect(total(looks.slice(2))).toBeLessThan(0.05 / 2);
});

test("risks never exceed what the level allows for the promotions there were, which bounds the false ones among them", () => {
  const history = fc.array(fc.tuple(fc.constantFrom<Against>("baseline", "champion"), fc.boolean()), { maxLength: 60 });
  fc.assert(
    fc.property(history, fc.double({ min: 0.001, max: 0.5, noNaN: true }), (drawn, alpha) => {
      const looks = campaign(
        alpha,
        drawn.map(([against]) => against),
        (look) => drawn[look - 1]?.[1] ?? false,
      );
      const shares = { baseline: 0.25, champion: 0.75 };
      for (const against of ["baseline", "champion"] as const) {
        const own = looks.filter((look) => look.against === against);
        const promoted = own.filter((look) => look.promoted).length;
        expect(total(own)).toBeLessThanOrEqual(shares[against] * alpha * Math.max(1, promoted) + 1e-12);
      }
    }),
  );
});

test("what a look may risk, with what is left after it, is what the account has", () => {
  const looks = campaign(0.05, challengers(5), (look) => look === 3);
  const { alpha, left } = allowanceOf(0.05, looks, "champion");
  expect(alpha + left).toBeCloseTo(0.0375 / 2 + 0.0375 / 2 - total(looks), 12);
});

test("an account that was overdrawn by an older rule has nothing until a promotion earns something", () => {
  const old: Spent = { against: "champion", alpha: 0.0304, promoted: false };
  expect(allowanceOf(0.05, [old], "champion")).toMatchObject({ alpha: 0, left: 0 });
  expect(allowanceOf(0.05, [{ ...old, promoted: true }], "champion").alpha).toBeGreaterThan(0);
});

test("a holdout is spent after 66 looks that promoted nothing, and not after one that did", () => {
  const spentFrom = campaign(0.05, challengers(100), () => false).findIndex((_, at, all) =>
    isSpent(allowanceOf(0.05, all.slice(0, at), "champion")),
  );
  expect(spentFrom).toBe(66);
  const late = campaign(0.05, challengers(67), (look) => look === 67);
  expect(isSpent(allowanceOf(0.05, late, "champion"))).toBe(false);
});

test("looks that risked nothing leave the account as it was", () => {
  const nothing: Spent = { against: "champion", alpha: 0, promoted: false };
  expect(allowanceOf(0.05, [nothing, nothing], "champion")).toEqual(allowanceOf(0.05, [], "champion"));
});

// Every third challenger is really better, and found with probability one half.
test("of a long campaign's promotions at most alpha are false, on average", () => {
  let state = 1;
  const uniform = () => {
    state = (state * 16807) % 2147483647;
    return state / 2147483647;
  };
  let share = 0;
  const campaigns = 400;
  for (let number = 0; number < campaigns; number++) {
    let [all, wrong] = [0, 0];
    const looks: Spent[] = [];
    for (let look = 1; look <= 60; look++) {
      const { alpha } = allowanceOf(0.2, looks, "champion");
      const isReal = look % 3 === 0;
      const promoted = uniform() < (isReal ? 0.5 : alpha);
      looks.push({ against: "champion", alpha, promoted });
      if (promoted) all++;
      if (promoted && !isReal) wrong++;
    }
    share += wrong / Math.max(1, all);
  }
  expect(share / campaigns).toBeLessThan(0.2);
  expect(share / campaigns).toBeGreaterThan(0.02);
});
