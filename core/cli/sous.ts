#!/usr/bin/env node
/** The command line of `sous`: names, options and help; what a command does is in the file of its name. */
import { Command, CommanderError } from "commander";
import { sousVersion } from "../environment.js";
import { SousError } from "../errors.js";
import { formatRecipeErrors } from "../recipe/format.js";
import { RecipeRejected } from "../recipe/rejected.js";
import { Console } from "./console.js";
import { EXIT } from "./exit.js";

const console = new Console();

/** Each command is loaded when it is called: `sous --version` need not load what training needs. */
function program(done: (status: number) => void): Command {
  const sous = new Command("sous")
    .description("Keeps training recipes, and the models they make, improving.")
    .version(sousVersion())
    .exitOverride()
    .showSuggestionAfterError()
    .showHelpAfterError("(sous help <command> says more)");
  addWork(sous, done);
  addOrders(sous, done);
  addLooks(sous, done);
  addKeys(sous, done);
  return sous;
}

const JSON_EVENTS = ["--json", "tell events as JSON lines", false] as const;
const HOME = ["-C, --home <folder>", "the home, or a folder in it", "."] as const;

/** Commands that train, or prepare for it. */
function addWork(sous: Command, done: (status: number) => void): void {
  sous
    .command("up")
    .argument("[dir]", "a folder with recipes", ".")
    .option(...JSON_EVENTS)
    .description("watch a folder of recipes and keep their champions improving, until Ctrl-C")
    .action(async (folder, options) => done(await (await import("./up.js")).up(folder, options, console)));
  sous
    .command("run")
    .argument("<recipe>")
    .option("--once", "end when the recipe is decided", false)
    .option(...JSON_EVENTS)
    .description("work on one recipe now")
    .action(async (recipe, options) => done(await (await import("./run.js")).run(recipe, options, console)));
  sous
    .command("plan")
    .argument("<recipe>")
    .description("show the whole recipe, columns, split, smallest resolvable effect and cost")
    .action(async (recipe) => done(await (await import("./plan.js")).plan(recipe, console)));
  sous
    .command("init")
    .argument("<data>", "a data file")
    .option("--target <column>", "the column to predict (default: the last one)")
    .description("write a first recipe for a data file")
    .action(async (data, options) => done(await (await import("./init.js")).init(data, options, console)));
}

const REASON = ["--reason <text>", "why, in words; it stays in the log"] as const;
const BY = ["--by <name>", "who decides (default: the account)"] as const;

/** What people decide; beside a running daemon or without one. */
function addOrders(sous: Command, done: (status: number) => void): void {
  for (const [kind, what] of [
    ["approve", "put the finalist that waits into service"],
    ["reject", "turn the finalist that waits down"],
  ] as const) {
    sous
      .command(kind)
      .argument("<recipe>", "a recipe file, or the name of a recipe")
      .requiredOption(...REASON)
      .option(...BY)
      .option(...HOME)
      .description(what)
      .action(async (recipe, options) =>
        done(await (await import("./approve.js")).answer(kind, recipe, options, console)),
      );
  }
  sous
    .command("rollback")
    .argument("<recipe>", "a recipe file, or the name of a recipe")
    .option("--to <version>", "the version that is to serve (default: the one that served before)")
    .option(...REASON, "no reason given")
    .option(...BY)
    .option(...HOME)
    .description("put an earlier version back into service")
    .action(async (recipe, options) => done(await (await import("./rollback.js")).rollback(recipe, options, console)));
  sous
    .command("drill")
    .argument("<version>", "as in churn@2; of a recipe alone what a rollback would go to")
    .option(...REASON, "a drill by hand")
    .option(...BY)
    .option(...HOME)
    .description("bring a version back beside what serves, and ask it again what it was asked")
    .action(async (version, options) => done(await (await import("./drill.js")).drill(version, options, console)));
}

/** Commands that change nothing; they work beside a running daemon. */
function addLooks(sous: Command, done: (status: number) => void): void {
  sous
    .command("validate")
    .argument("<recipes...>")
    .description("check recipe files without reading data")
    .action(async (recipes) => done(await (await import("./validate.js")).validate(recipes, console)));
  sous
    .command("status")
    .option("--json", "for machines", false)
    .option(...HOME)
    .description("what serves and what is being done")
    .action(async (options) => done(await (await import("./status.js")).status(options, console)));
  sous
    .command("leaderboard")
    .argument("<recipe>", "a recipe file, or the name of a recipe")
    .option("--json", "everything, for machines", false)
    .option("--all", "every trial, not only the head", false)
    .option("--study <number>", "an earlier study: 1 is the newest", "1")
    .option(...HOME)
    .description("every candidate with score, cost and what became of it")
    .action(async (recipe, options) =>
      done(await (await import("./leaderboard.js")).leaderboardOf(recipe, options, console)),
    );
  sous
    .command("explain")
    .argument("<recipe>", "a recipe file, or the name of a recipe")
    .option("--of <model>", "a version (v2), or a trial of the newest study by its number (default: the champion)")
    .option("--json", "for machines", false)
    .option(...HOME)
    .description("what a model owes to each column, by permutation")
    .action(async (recipe, options) => done(await (await import("./explain.js")).explain(recipe, options, console)));
  sous
    .command("predict")
    .argument("<recipe>", "a recipe file, or the name of a recipe")
    .argument("<data>", "a data file with the columns that the model takes")
    .option("--of <model>", "a version (v2) (default: the champion)")
    .option("--trees <number>", "only the first so many rounds of boosted trees")
    .option(...HOME)
    .description("what a model says of each row of a file, as CSV")
    .action(async (recipe, data, options) =>
      done(await (await import("./predict.js")).predict([recipe, data], options, console)),
    );
  sous
    .command("log")
    .option("--json", "one JSON entry a line", false)
    .option("--recipe <name>", "only this recipe's entries")
    .option("-f, --follow", "go on with entries as they come", false)
    .option(...HOME)
    .description("print the promotion log")
    .action(async (options) => done(await (await import("./log.js")).log(options, console)));
  sous
    .command("at")
    .argument("<time>", "a day or a moment, UTC unless it says otherwise: 2026-11-25, 2026-11-25T14:30")
    .argument("<recipe>", "a recipe file, or the name of a recipe")
    .option("--json", "for machines", false)
    .option(...HOME)
    .description("what served at a time, and why, with proof")
    .action(async (time, recipe, options) =>
      done(await (await import("./at.js")).at([time, recipe], options, console)),
    );
  sous
    .command("lineage")
    .argument("<version>", "as in churn@2; of a recipe alone what serves")
    .option("--json", "everything, for machines", false)
    .option(...HOME)
    .description("what a version is made of, by digests")
    .action(async (version, options) => done(await (await import("./lineage.js")).lineage(version, options, console)));
  sous
    .command("flips")
    .argument("<recipe>", "a recipe file, or the name of a recipe")
    .argument("<from>", "a version (v1)")
    .argument("<to>", "another one (v2)")
    .option("--json", "for machines", false)
    .option(...HOME)
    .description("the confirm rows that one version has right and the other wrong")
    .action(async (recipe, from, to, options) =>
      done(await (await import("./flips.js")).flips([recipe, from, to], options, console)),
    );
  sous
    .command("reproduce")
    .argument("<version>", "as in churn@2; of a recipe alone what serves")
    .option("--json", "for machines", false)
    .option(...HOME)
    .description("train a version anew from its record, and compare")
    .action(async (version, options) =>
      done(await (await import("./reproduce.js")).reproduce(version, options, console)),
    );
  sous
    .command("verify")
    .option("--json", "for machines", false)
    .option("--key <file>", "the log's public key, as it was given to you (default: keys/log.pub)")
    .option("--witness <path>", "the folder of a witness, or a checkpoint that was kept elsewhere")
    .option(...HOME)
    .description("check the promotion log and the models from their bytes")
    .action(async (options) => done(await (await import("./verify.js")).verify(options, console)));
  sous
    .command("witness")
    .argument("<folder>", "where the witness keeps what it has seen: on another disk, in another's hands")
    .option(...HOME)
    .description("check the promotion log, keep the hash of every entry, and cosign its checkpoint")
    .action(async (folder, options) => done(await (await import("./witness.js")).witness(folder, options, console)));
  sous
    .command("schema")
    .option(...HOME)
    .description("print the JSON Schema of recipe files, with the options of the home's plugins")
    .action(async (options) => done(await (await import("./schema.js")).schema(options, console)));
}

function addKeys(sous: Command, done: (status: number) => void): void {
  const keys = sous.command("keys").description("the keys that sign the promotion log and the models");
  keys
    .command("show", { isDefault: true })
    .option(...HOME)
    .description("print the public key that the log is checked with")
    .action(async (options) => done(await (await import("./keys.js")).showKeys(options, console)));
  keys
    .command("rotate")
    .option(...HOME)
    .description("make new keys, and say so in the log")
    .action(async (options) => done(await (await import("./keys.js")).rotate(options, console)));
}

/** The exit status that an error stands for, after telling it. */
function tell(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.invalid;
  if (error instanceof RecipeRejected) {
    console.error(formatRecipeErrors(error));
    return EXIT.invalid;
  }
  if (error instanceof SousError) {
    const { position } = error;
    const place = position === null ? "" : `${position.file}:${position.line}:${position.column}: `;
    console.error(`${place}${error.code} ${error.message}\n  ${error.mend}`);
    return error.code === "LOCK_HELD" ? EXIT.locked : EXIT.invalid;
  }
  console.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return EXIT.unexpected;
}

let exitStatus: number = EXIT.ok;
try {
  await program((value) => {
    exitStatus = value;
  }).parseAsync();
} catch (error) {
  exitStatus = tell(error);
}
process.exitCode = exitStatus;
