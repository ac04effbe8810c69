import { NEWEST_OPSET, OPSET } from "onnx-train";
import { OPERATORS } from "../../../core/onnx-train/src/operators/table.js";
import { signatureOf } from "../../../core/onnx-train/src/rules/signature.js";

const OPSETS = Array.from({ length: NEWEST_OPSET - OPSET + 1 }, (_, at) => OPSET + at);
const OWN = [...OPERATORS].filter(([, { domain = "" }]) => domain === "");

describe("the forms of operators", () => {
  test("give each attribute that inference and the builder know the same kind, at some version or another", () => {
    for (const [name, { attributes }] of OWN) {
      const forms = [7, 11, 12, ...OPSETS].map((opset) => signatureOf("", name, opset)).filter((form) => !!form);
      for (const [attribute, kind] of Object.entries(attributes)) {
        const kinds = new Set(forms.map((form) => form.attributes.get(attribute)?.kind).filter((one) => !!one));
        expect([name, attribute, ...kinds]).toEqual([name, attribute, kind]);
      }
    }
  });

  test("are those of the version asked for", () => {
    const forms = (opset: number) => signatureOf("", "Split", opset);
    expect(forms(12)?.inputs).toEqual({ least: 1, most: 1, needed: [true] });
    expect(forms(13)?.inputs).toEqual({ least: 1, most: 2, needed: [true, false] });
    expect([17, 18].map((opset) => forms(opset)?.attributes.has("num_outputs"))).toEqual([false, true]);
    expect(signatureOf("", "Loop", 17)?.outputs).toEqual({ least: 1, most: Number.POSITIVE_INFINITY, needed: [] });
    expect(signatureOf("", "Upsample", 10)?.gone).toBe(true);
  });

  test("are unknown outside of the tables, and null for what isn't an operator", () => {
    expect(signatureOf("", "Relu", 6)).toBeUndefined();
    expect(signatureOf("", "Relu", 99)).toBeUndefined();
    expect(signatureOf("com.example", "Relu", 17)).toBeUndefined();
    expect(signatureOf("constructor", "Relu", 17)).toBeUndefined();
    expect(signatureOf("", "toString", 17)).toBeNull();
    expect(signatureOf("", "Gelu", 19)).toBeNull();
    expect(signatureOf("ai.onnx.ml", "LabelEncoder", 2)?.attributes.get("keys_floats")?.kind).toBe("floats");
  });
});
