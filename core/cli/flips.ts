import { Artifacts } from "../artifacts/artifacts.js";
import { SousError } from "../errors.js";
import type { Version } from "../promotion/champion.js";
import { type Flips, flipsIn, type Meeting, meetingOf } from "../promotion/flips.js";
import type { Console } from "./console.js";
import { EXIT } from "./exit.js";
import { type KnownRecipe, versionNamed, withRecipe } from "./known.js";
import { table } from "./table.js";

export interface FlipsOptions {
  readonly json: boolean;
  readonly home: string;
}

/** `sous flips <recipe> <from> <to>`: the rows that one version had right and another has wrong, and the other way round. */
export async function flips(
  [given, from, to]: readonly [recipe: string, from: string, to: string],
  options: FlipsOptions,
  console: Console,
): Promise<number> {
  return withRecipe(given, options.home, async (known) => {
    const versions = [versionOf(known, from), versionOf(known, to)] as const;
    const meeting = meetingOf(known.entries, [versions[0].model, versions[1].model]);
    const found = meeting && (await flipsIn(new Artifacts(known.home.artifacts), meeting));
    if (meeting === null || found === null) throw noFlips(known.name, versions, meeting);
    const [one, two] = versions.map(({ number }) => number) as [number, number];
    if (options.json)
      console.line(JSON.stringify({ recipe: known.name, from: one, to: two, ...meeting, ...found }, null, 2));
    else for (const line of told(known.name, [one, two], { meeting, found })) console.line(line);
    return EXIT.ok;
  });
}

/** `2` or `v2`. */
function versionOf(known: KnownRecipe, given: string): Version {
  const version = versionNamed(known, given.replace(/^v?/, "v"));
  if (version === undefined) throw new SousError("CLI_NO_SUCH_MODEL", { name: known.name, given });
  return version;
}

function noFlips(name: string, [one, two]: readonly [Version, Version], meeting: Meeting | null): SousError {
  const reason =
    meeting === null ? "they never met the same confirm rows" : "which rows they had right is no longer kept";
  return new SousError("CLI_NO_FLIPS", { name, from: one.number, to: two.number, reason });
}

interface Told {
  readonly meeting: Meeting;
  readonly found: Flips;
}

function told(name: string, [one, two]: readonly [number, number], { meeting, found }: Told): readonly string[] {
  const { bothRight, bothWrong, negative, positive, accuracy, rows, nfr, pfr, nfi, pfi, p } = found;
  const counts = [
    [`v${one} right`, `${bothRight}`, `${negative}`],
    [`v${one} wrong`, `${positive}`, `${bothWrong}`],
  ];
  return [
    `${name}: version ${one} to version ${two}, on ${rows} confirm rows (${meeting.holdout.slice(0, 12)})`,
    "",
    ...table(["", `v${two} right`, `v${two} wrong`], counts),
    "",
    `accuracy ${accuracy[0].toFixed(4)} to ${accuracy[1].toFixed(4)}: + ${pfr.toFixed(4)} by positive flips, - ${nfr.toFixed(4)} by negative ones`,
    `of what v${two} has wrong, v${one} had ${share(nfi)} right; of what it has right, v${one} had ${share(pfi)} wrong`,
    `were each flip the toss of a coin, as many negative ones would come with a chance of ${Number(p.toPrecision(2))}`,
  ];
}

function share(value: number | null): string {
  return value === null ? "nothing" : `${(100 * value).toFixed(1)} %`;
}
