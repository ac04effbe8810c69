import { isFromHost } from "../../core/evaluator/wire.js";

const DONE = { status: "done", outcome: {} };

describe("isFromHost", () => {
  it.each([
    [{ type: "ready" }],
    [{ type: "started", id: 1 }],
    [{ type: "report", id: 1, step: 2, loss: 0.5 }],
    [{ type: "ended", id: 1, result: DONE }],
    [{ type: "ended", id: 1, result: { status: "pruned", step: 3 } }],
    [{ type: "ended", id: 1, result: { status: "cancelled" } }],
    [{ type: "ended", id: 1, result: { status: "failed", error: { code: "EVALUATOR_THREW" } } }],
    [{ type: "lost", id: 1, reason: "it died" }],
    [{ type: "memory", bytes: 5 }],
  ])("takes %j", (message) => {
    expect(isFromHost(message)).toBe(true);
  });

  it.each([
    [null],
    ["ready"],
    [{}],
    [{ type: "toString" }],
    [{ type: "started" }],
    [{ type: "report", id: 1, step: "2", loss: 0.5 }],
    [{ type: "ended", id: 1 }],
    [{ type: "ended", id: "1", result: DONE }],
    [{ type: "ended", id: 1, result: { status: "constructor" } }],
    [{ type: "ended", id: 1, result: { status: "done" } }],
    [{ type: "ended", id: 1, result: { status: "failed", error: { code: "NO_SUCH_CODE" } } }],
    [{ type: "lost", id: 1 }],
    [{ type: "memory", bytes: null }],
  ])("refuses %j", (message) => {
    expect(isFromHost(message)).toBe(false);
  });
});
