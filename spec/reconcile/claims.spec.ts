import { Claims } from "../../core/reconcile/claims.js";

describe("Claims", () => {
  it("gives a name to one file at a time and a file one name at a time", () => {
    const claims = new Claims();
    claims.take("churn", "a.recipe.yaml");
    claims.take("sales", "a.recipe.yaml");
    expect([claims.holder("churn"), claims.holder("sales")]).toEqual([null, "a.recipe.yaml"]);
  });

  it("frees the name of a file that is released, and ignores files without one", () => {
    const claims = new Claims();
    claims.take("churn", "a.recipe.yaml");
    claims.release("b.recipe.yaml");
    claims.release("a.recipe.yaml");
    expect(claims.holder("churn")).toBeNull();
  });
});
