// Runs the "$ " commands between README.md's transcript markers against a started service and compares what they print, or with --write renews it.
// Times, signatures and the like differ from run to run and are left out of the comparison. An id in the README stands for the id that
// this run has in its place, in answers as well as in later commands.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const readme = fileURLToPath(new URL("../../../README.md", import.meta.url));
const begin = "<!-- transcripts: tests/clients/run.sh write renews them -->";
const end = "<!-- /transcripts -->";
const documented = "localhost:8000";
const isWriting = process.argv.includes("--write");
const service = new URL(process.env.SERVICE_URL).host;

// A state or a count that is reached a moment later is asked for again until then. A new one has this long to settle before it is written.
const patience = isWriting ? 5_000 : 30_000;

const id = /[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}/g;

const progress = '\\{"progress":[^}]*"pictures":\\d+\\}';

const varying = [
  // How many steps fall between two reports depends on the machine.
  [new RegExp(`\\[(\\{"output":${progress}\\},?)+\\]`, "g"), "[PROGRESS]"],
  [new RegExp(`data: ${progress}\\n\\n|: keep-alive\\n\\n`, "g"), ""],
  [/"(delayTime|executionTime|createdAt|startedAt|completedAt|finalizedAt|endedAt|previousValidUntil)":("[^"]*"|\d+)/g, '"$1":T'],
  [/expires=\d+&signature=[\w-]+/g, "SIGNED"],
  [/again in \d+ seconds/g, "again in N seconds"],
  [/(Retry-After: )\d+/gi, "$1N"],
  [/;r=\d+;t=\d+/g, ";r=N;t=N"],
];

const normalised = (text) => varying.reduce((rest, [pattern, name]) => rest.replace(pattern, name), text);

/** A block of the README as commands with what they printed. */
function parse(block) {
  const steps = [];
  let inCommand = false;
  for (const line of block.split("\n")) {
    if (line.startsWith("$ ")) {
      steps.push({ command: line.slice(2), output: "" });
    } else if (inCommand) {
      steps.at(-1).command += `\n${line}`;
    } else {
      steps.at(-1).output += `${line}\n`;
    }

    inCommand = (line.startsWith("$ ") || inCommand) && line.endsWith("\\");
  }

  return steps.map(({ command, output }) => ({ command, output: output.trimEnd() }));
}

const format = ({ command, output }) => `$ ${command}\n${output}\n`;

/** The README's ids and those of this run. */
const ids = new Map();
const withCurrentIds = (text) => text.replace(id, (written) => ids.get(written) ?? written);

function learnIds(written, current) {
  const found = current.match(id) ?? [];
  (written.match(id) ?? []).forEach((known, index) => found[index] && !ids.has(known) && ids.set(known, found[index]));
}

function execute(command) {
  const { stdout, stderr } = spawnSync("bash", ["-c", command.replaceAll(documented, service)], {
    encoding: "utf8",
    timeout: 120_000,
    env: { ...process.env, KEY: process.env.RUNPOD_API_KEY },
  });
  return (stdout + stderr).replaceAll(service, documented).replace(/whsec_[\w+/=]+/g, "whsec_…").replaceAll("\r", "").trimEnd();
}

/** Runs a command; answers it with what it prints now. */
function run(written) {
  const command = withCurrentIds(written.command);
  // Only what changes nothing, and takes nothing, may be sent again.
  const isRead = !/ -X | --json | -d |\/stream\//.test(command);
  const isAsWritten = (output) => normalised(withCurrentIds(written.output)) === normalised(output);
  const start = Date.now();
  let output;
  do {
    output = execute(command);
    learnIds(written.output, output);
  } while (isRead && !isAsWritten(output) && Date.now() - start < patience && spawnSync("sleep", ["1"]));

  const hasChanged = !isAsWritten(output);
  counts[hasChanged ? "failed" : "passed"]++;
  if (hasChanged) {
    console.log(`${format(written)}-- now prints\n${output}\n`);
  }

  return { command, output };
}

const counts = { passed: 0, failed: 0 };
const text = readFileSync(readme, "utf8");
const parts = text.split(begin).flatMap((part) => part.split(end));
if (parts.length !== 3) {
  console.log(`README.md has no section between '${begin}' and '${end}'.`);
  process.exit(1);
}

const [before, section, after] = parts;
const renewed = section.replace(/^```\n(\$ [^]*?)\n```$/gm, (_, block) => `\`\`\`\n${parse(block).map(run).map(format).join("\n").trimEnd()}\n\`\`\``);
if (isWriting) {
  // Where nothing has changed the ids and times stay as they are.
  if (counts.failed > 0) {
    writeFileSync(readme, `${before}${begin}${renewed}${end}${after}`);
  }

  console.log(`${counts.failed} of ${counts.passed + counts.failed} transcripts have changed.`);
  process.exit(0);
}

console.log(`${counts.passed} passed, ${counts.failed} failed`);
process.exit(counts.failed === 0 ? 0 : 1);
