import { createPublicKey, generateKeyPairSync, verify } from "node:crypto";
import fc from "fast-check";
import {
  asEnvelope,
  type Envelope,
  hintOf,
  IN_TOTO,
  openEnvelope,
  parsed,
  preAuthEncoding,
  signEnvelope,
} from "../../core/provenance/dsse.js";
import { newKey } from "./keys.js";

/** The test vector of DSSE 1.0: protocol.md, "Test Vectors". */
const VECTOR = {
  type: "http://example.com/HelloWorld",
  body: "hello world",
  pae: "DSSEv1 29 http://example.com/HelloWorld 11 hello world",
  x: 46950820868899156662930047687818585632848591499744589407958293238635476079160n,
  y: 5640078356564379163099075877009565129882514886557779369047442380624545832820n,
  /** Raw r and s. */
  sig: "A3JqsQGtVsJ2O2xqrI5IcnXip5GToJ3F+FnZ+O88SjtR6rDAajabZKciJTfUiHqJPcIAriEGAHTVeCUjW2JIZA==",
};

function coordinate(value: bigint): string {
  return Buffer.from(value.toString(16).padStart(64, "0"), "hex").toString("base64url");
}

test("what is signed is what the published vector says, and its published signature holds for it", () => {
  const signed = preAuthEncoding(VECTOR.type, Buffer.from(VECTOR.body));
  expect(signed.toString()).toBe(VECTOR.pae);
  const jwk = { kty: "EC", crv: "P-256", x: coordinate(VECTOR.x), y: coordinate(VECTOR.y) };
  const key = createPublicKey({ key: jwk, format: "jwk" });
  const signature = Buffer.from(VECTOR.sig, "base64");
  expect(verify("sha256", signed, { key, dsaEncoding: "ieee-p1363" }, signature)).toBe(true);
});

test("lengths are counted in bytes, not in characters", () => {
  expect(preAuthEncoding("ä", Buffer.from("€")).toString()).toBe("DSSEv1 2 ä 3 €");
});

describe("an envelope", () => {
  const { key, open } = newKey();
  const other = newKey();

  test("opens with its key, among others, and with no other", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (body) => {
        const envelope = signEnvelope(body, key);
        expect(openEnvelope(envelope, [other.open, open])?.body).toEqual(Buffer.from(body));
        expect(openEnvelope(envelope, [other.open])).toBeNull();
        expect(openEnvelope(envelope, [])).toBeNull();
      }),
      { numRuns: 30 },
    );
  });

  test("doesn't open once its payload, its type or its signature is another", () => {
    const envelope = signEnvelope(Buffer.from("{}"), key);
    const [signature] = envelope.signatures;
    const sig = signEnvelope(Buffer.from("[]"), key).signatures[0]?.sig ?? "";
    const changed: readonly Partial<Envelope>[] = [
      { payload: Buffer.from("[]").toString("base64") },
      { payloadType: `${IN_TOTO}; x` },
      { signatures: [] },
      { signatures: [{ keyid: signature?.keyid ?? "", sig }] },
      { signatures: [{ keyid: signature?.keyid ?? "", sig: "no base64" }] },
    ];
    for (const change of changed) expect(openEnvelope({ ...envelope, ...change }, [open])).toBeNull();
  });

  test("of another type doesn't open, even where it is signed", () => {
    const elsewhere = { ...signEnvelope(Buffer.from(VECTOR.body), key), payloadType: VECTOR.type };
    expect(openEnvelope(elsewhere, [open])).toBeNull();
  });

  test("goes by any key id: it is a hint", () => {
    const envelope = signEnvelope(Buffer.from("{}"), key);
    expect(envelope.signatures[0]?.keyid).toBe(hintOf(open));
    const renamed = { ...envelope, signatures: envelope.signatures.map(({ sig }) => ({ keyid: "x", sig })) };
    expect(openEnvelope(renamed, [open])?.body.toString()).toBe("{}");
  });

  test("takes URL-safe base64 as well, as the protocol asks", () => {
    const envelope = signEnvelope(Buffer.from("???>>>"), key);
    const safe = (text: string) => text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
    const { payload, signatures } = envelope;
    const written = {
      ...envelope,
      payload: safe(payload),
      signatures: signatures.map(({ sig }) => ({ keyid: "", sig: safe(sig) })),
    };
    expect(openEnvelope(written, [open])?.body.toString()).toBe("???>>>");
  });
});

test("what is no envelope is none, whatever it is", () => {
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), fc.string()), (value) => {
      expect(asEnvelope(typeof value === "string" ? parsed(value) : value)).toBeNull();
    }),
  );
  const envelope = signEnvelope(Buffer.from("{}"), newKey().key);
  expect(asEnvelope(parsed(JSON.stringify(envelope)))).toEqual(envelope);
  expect(asEnvelope({ ...envelope, signatures: [null] })).toBeNull();
});

test("the log's kind of key can't sign models", () => {
  const { privateKey } = generateKeyPairSync("ed25519");
  expect(() => signEnvelope(Buffer.from("{}"), privateKey)).toThrow("ECDSA");
});
