#!/usr/bin/env node
/** The command line of `sous`: names, options and help; what a command does is in the file of its name. */
import "reflect-metadata";
import { Command, CommanderError } from "commander";
import { sousVersion } from "../environment.js";
import { SousError } from "../errors.js";
import { formatRecipeErrors } from "../recipe/format.js";
import { RecipeRejected } from "../recipe/rejected.js";
import { Console } from "./console.js";
import { EXIT } from "./exit.js";
import { init } from "./init.js";
import { log } from "./log.js";
import { plan } from "./plan.js";
import { run } from "./run.js";
import { schema } from "./schema.js";
import { status } from "./status.js";
import { up } from "./up.js";
import { validate } from "./validate.js";

const console = new Console();

function program(done: (status: number) => void): Command {
  const sous = new Command("sous")
    .description("Keeps training recipes, and the models they make, improving.")
    .version(sousVersion())
    .exitOverride()
    .showSuggestionAfterError()
    .showHelpAfterError("(sous help <command> says more)");
  sous
    .command("up")
    .argument("[dir]", "a folder with recipes", ".")
    .description("watch a folder of recipes and keep their champions improving, until Ctrl-C")
    .action(async (folder: string) => done(await up(folder, console)));
  sous
    .command("run")
    .argument("<recipe>")
    .option("--once", "end when the recipe is decided", false)
    .description("work on one recipe now")
    .action(async (recipe: string, options: { once: boolean }) => done(await run(recipe, options, console)));
  sous
    .command("validate")
    .argument("<recipes...>")
    .description("check recipe files without reading data")
    .action(async (recipes: string[]) => done(await validate(recipes, console)));
  sous
    .command("plan")
    .argument("<recipe>")
    .description("show the whole recipe, columns, split, smallest resolvable effect and cost")
    .action(async (recipe: string) => done(await plan(recipe, console)));
  sous
    .command("status")
    .option("--json", "for machines", false)
    .description("what serves and what is being done")
    .action(async (options: { json: boolean }) => done(await status(options, console)));
  sous
    .command("log")
    .option("--json", "one JSON entry a line", false)
    .option("--recipe <name>", "only this recipe's entries")
    .option("-f, --follow", "go on with entries as they come", false)
    .description("print the promotion log")
    .action(async (options) => done(await log(options, console)));
  sous
    .command("init")
    .argument("<data>", "a data file")
    .option("--target <column>", "the column to predict (default: the last one)")
    .description("write a first recipe for a data file")
    .action(async (data: string, options) => done(await init(data, options, console)));
  sous
    .command("schema")
    .description("print the JSON Schema of recipe files")
    .action(async () => done(await schema(console)));
  return sous;
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
