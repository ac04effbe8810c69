import { DIGIT_NETS, digits, learnedDigits, shareRight } from "./digits.mjs";

describe("nets learn to read digits", () => {
  const [train, test] = [digits(0, 600), digits(8000, 8500)];

  // Ten of a hundred would be right by chance; a softmax regression on these pixels gets about 80.
  it.each([
    ["an MLP", DIGIT_NETS.mlp, { epochs: 8, batch: 32 }, 0.86],
    ["a CNN", DIGIT_NETS.cnn, { epochs: 4, batch: 32 }, 0.8],
  ] as const)("as %s, to the same bytes each time", async (_, net, options, least) => {
    const bytes = await learnedDigits(net, train, options);
    expect(await shareRight(bytes, test, net)).toBeGreaterThan(least);
    expect(Buffer.compare(bytes, await learnedDigits(net, train, options))).toBe(0);
  });
});
