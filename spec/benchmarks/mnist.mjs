/**
 * Test accuracy of an MLP and a CNN on 10,000 handwritten digits, 8,000 of them to train; each is trained twice, and the two
 * files compared. It asserts nothing. Usage: npm run bench:mnist
 */
import { createHash } from "node:crypto";
import { machine, table } from "./measure/text.mjs";
import { DIGIT_NETS, digits, learnedDigits, shareRight } from "./training/digits.mjs";

const TRAIN = 8000;
const BATCH = 64;
const [train, test] = [digits(0, TRAIN), digits(TRAIN, undefined)];

const digest = (bytes) => createHash("sha256").update(bytes).digest("hex").slice(0, 16);

async function row(net) {
  const options = { epochs: net.epochs, batch: BATCH };
  const began = performance.now();
  const bytes = await learnedDigits(net, train, options);
  const seconds = (performance.now() - began) / 1000;
  const [once, twice] = [bytes, await learnedDigits(net, train, options)].map(digest);
  const percent = 100 * (await shareRight(bytes, test, net));
  const reached = percent >= net.reach ? "yes" : "no";
  const same = once === twice ? "yes" : "NO";
  return [net.what, percent.toFixed(2), String(net.reach), reached, String(net.epochs), seconds.toFixed(1), once, same];
}

console.log(`machine: ${machine()}\n${train.target.length} digits to train, ${test.target.length} to test\n`);
const rows = [];
for (const net of Object.values(DIGIT_NETS)) rows.push(await row(net));
const head = ["right, %", "got", "to reach", "reached", "epochs", "seconds", "SHA-256", "same bytes twice"];
console.log(table([head, ...rows]));
