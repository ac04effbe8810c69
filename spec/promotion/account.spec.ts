import type { DecisionBody } from "../../core/ledger/entry.js";
import { AccountDraft, accountFor, freshFrom, NO_ACCOUNTS, nextLook } from "../../core/promotion/account.js";
import { foldEntries } from "../../core/promotion/champion.js";
import { decisionOf, entriesOf } from "./entries.js";

const first = { number: 1, model: "1".repeat(64), from: null };
const look = (holdout: string, number: number, rest: Parameters<typeof decisionOf>[0] = {}) =>
  decisionOf({ holdout, look: number, ...rest });
const accountsOf = (...bodies: readonly DecisionBody[]) => foldEntries(entriesOf(...bodies)).accounts;
const looksAt = (accounts: ReturnType<typeof accountsOf>, digest: string, rows = 100, recipe = "churn") =>
  nextLook(accountFor(accounts, { recipe, digest, rows })) - 1;

test("nothing was looked at: the first look opens an account", () => {
  expect(looksAt(NO_ACCOUNTS, "h1")).toBe(0);
});

test("looks are counted by holdout, whichever recipe looked; an approval looks no second time", () => {
  const accounts = accountsOf(
    look("h1", 1, { name: "a" }),
    look("h1", 2, { name: "b", decision: "PENDING" }),
    look("h1", 3, { name: "a" }),
    look("h1", 2, { name: "b", version: first }),
    look("h2", 1, { name: "c" }),
  );
  expect([looksAt(accounts, "h1"), looksAt(accounts, "h2", 100, "c"), looksAt(accounts, "h3", 100, "d")]).toEqual([
    3, 1, 0,
  ]);
  const looks = [...accountFor(accounts, { recipe: "a", digest: "h1", rows: 100 }).looks.values()];
  expect(looks.map(({ promoted }) => promoted)).toEqual([false, true, false]);
});

test("a holdout that grew goes on with its account, until it has twice the rows that opened it", () => {
  const accounts = accountsOf(look("h1", 1, { rows: 100 }), look("h2", 2, { rows: 130 }));
  expect(looksAt(accounts, "h3", 199)).toBe(2);
  expect(looksAt(accounts, "h3", 200)).toBe(0);
  expect(looksAt(accounts, "h1", 100)).toBe(2);
  expect(looksAt(accounts, "h1", 100, "another")).toBe(2);
  expect(looksAt(accounts, "h3", 100, "another")).toBe(0);
  const later = accountsOf(look("h1", 1, { rows: 100 }), look("h2", 1, { rows: 200 }), look("h3", 2, { rows: 399 }));
  expect([looksAt(later, "h1"), looksAt(later, "h2"), looksAt(later, "h4", 300)]).toEqual([1, 2, 2]);
  expect(freshFrom(accountFor(later, { recipe: "churn", digest: "h3", rows: 399 }))).toBe(400);
});

test("an entry says against what its finalist was measured; one of before is known by its evidence", () => {
  const old = look("h1", 1);
  const said = {
    ...look("h1", 2),
    multiplicity: { scheme: "lord++", of: 0.05, against: "champion", left: 0 },
  } as const;
  const looks = [...accountFor(accountsOf(old, said), { recipe: "churn", digest: "h1", rows: 100 }).looks.values()];
  expect(looks.map(({ against }) => against)).toEqual(["baseline", "champion"]);
});

test("charging a draft leaves the accounts that it began with", () => {
  const before = accountsOf(look("h1", 1));
  const draft = new AccountDraft(before);
  draft.charge(look("h1", 2));
  expect([looksAt(before, "h1"), looksAt(draft.done(), "h1")]).toEqual([1, 2]);
});

test("fresh rows are a holdout by themselves, and a look at them is one at all rows that they have become a part of", () => {
  const fresh = (number: number, rest: Parameters<typeof look>[2] = {}) => {
    const body = look("f1", number, { rows: 60, ...rest });
    return { ...body, data: { ...body.data, since: "k1" } };
  };
  const accounts = accountsOf(look("h1", 1, { rows: 100 }), fresh(1, { version: first }));
  const freshAt = (recipe: string) =>
    nextLook(accountFor(accounts, { recipe, digest: "f1", rows: 60, isFresh: true })) - 1;
  expect([freshAt("churn"), freshAt("another")]).toEqual([1, 1]);
  expect(nextLook(accountFor(accounts, { recipe: "churn", digest: "f2", rows: 70, isFresh: true }))).toBe(1);
  expect([looksAt(accounts, "h1"), looksAt(accounts, "h2", 160)]).toEqual([2, 2]);
  const whole = [...accountFor(accounts, { recipe: "churn", digest: "h1", rows: 100 }).looks.values()];
  expect(whole.map(({ promoted }) => promoted)).toEqual([false, false]);
  const own = [...accountFor(accounts, { recipe: "churn", digest: "f1", rows: 60, isFresh: true }).looks.values()];
  expect(own.map(({ promoted }) => promoted)).toEqual([true]);
});
