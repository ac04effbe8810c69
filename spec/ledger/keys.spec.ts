import { execFile } from "node:child_process";
import { sign, verify } from "node:crypto";
import { chmod, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { loadKeys, makeKeys, modelKeyPath } from "../../core/ledger/keys.js";
import { inFolder } from "../support/folder.js";

const run = promisify(execFile);

afterEach(() => {
  delete process.env.SOUS_KEY_PASSPHRASE;
});

const message = Buffer.from("a line");

test("keys are made once, for their owner only, and are the same at every later start", () =>
  inFolder(async (folder) => {
    const made = await makeKeys(folder);
    const again = await makeKeys(folder);
    for (const name of ["log", "model"] as const) {
      expect((await stat(join(folder, `${name}.key`))).mode & 0o777).toBe(0o600);
      expect(again[name].privateKey.equals(made[name].privateKey)).toBe(true);
    }
    expect(made.log.publicKey.asymmetricKeyType).toBe("ed25519");
    expect(made.model.publicKey.asymmetricKeyDetails).toEqual({ namedCurve: "prime256v1" });
    const signature = sign(null, message, made.log.privateKey);
    expect(verify(null, message, (await loadKeys(folder)).log.publicKey, signature)).toBe(true);
  }));

test("git leaves them alone", () =>
  inFolder(async (folder) => {
    await makeKeys(folder);
    await run("git", ["init", "-q"], { cwd: folder });
    const { stdout } = await run("git", ["status", "--porcelain", "--untracked-files=all"], { cwd: folder });
    expect(stdout).toBe("?? .gitignore\n?? model.pub\n");
  }));

test("OpenSSL reads them, and the public half of the model key beside them", () =>
  inFolder(async (folder) => {
    await makeKeys(folder);
    const { stdout: log } = await run("openssl", ["pkey", "-in", join(folder, "log.key"), "-noout", "-text"]);
    expect(log).toMatch(/^ED25519 Private-Key/i);
    const { stdout: own } = await run("openssl", ["pkey", "-in", join(folder, "model.key"), "-pubout"]);
    expect(await readFile(modelKeyPath(folder), "utf8")).toBe(own);
  }));

test("with a passphrase they are encrypted, and open with that passphrase only", () =>
  inFolder(async (folder) => {
    process.env.SOUS_KEY_PASSPHRASE = "correct horse";
    const made = await makeKeys(folder);
    expect(await readFile(join(folder, "log.key"), "utf8")).toMatch(/^-----BEGIN ENCRYPTED PRIVATE KEY-----/);
    expect((await loadKeys(folder)).model.privateKey.equals(made.model.privateKey)).toBe(true);
    process.env.SOUS_KEY_PASSPHRASE = "wrong";
    await expect(loadKeys(folder)).rejects.toMatchObject({ code: "KEY_LOCKED", message: /does not open/ });
    process.env.SOUS_KEY_PASSPHRASE = "";
    await expect(loadKeys(folder)).rejects.toMatchObject({ code: "KEY_LOCKED", message: /no passphrase/ });
  }));

test("a key that others may read is refused, with the command that mends it", () =>
  inFolder(async (folder) => {
    await makeKeys(folder);
    const path = join(folder, "model.key");
    for (const mode of [0o640, 0o604, 0o620]) {
      await chmod(path, mode);
      await expect(loadKeys(folder)).rejects.toMatchObject({
        code: "KEY_EXPOSED",
        details: { mode: `0${mode.toString(8)}` },
        mend: expect.stringContaining(`chmod 600 ${path}`),
      });
    }
  }));

test("a key that is missing, of another kind or no key at all is refused by name", () =>
  inFolder(async (folder) => {
    await makeKeys(folder);
    const [log, model] = [join(folder, "log.key"), join(folder, "model.key")];
    await writeFile(model, await readFile(log));
    await expect(loadKeys(folder)).rejects.toMatchObject({
      code: "KEY_INVALID",
      message: /model.key holds no private key on P-256/,
    });
    await writeFile(model, "not a key");
    await expect(loadKeys(folder)).rejects.toMatchObject({ code: "KEY_INVALID", details: { path: model } });
    await rm(log);
    await expect(loadKeys(folder)).rejects.toMatchObject({ code: "KEY_MISSING", details: { path: log } });
  }));
