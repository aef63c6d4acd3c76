// Builds what the Dockerfile builds, without a container engine: in a folder as the image's root it copies exactly the files that COPY and .dockerignore
// let through and runs the same commands.
//   node image.js ROOT STAGE…     the stages, the last of them the image itself
import { spawnSync } from "node:child_process";
import { cpSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import ignore from "@balena/dockerignore";
import { DockerfileParser } from "dockerfile-ast";

const deploy = dirname(dirname(fileURLToPath(import.meta.url)));
const context = dirname(deploy);
const [root, ...stages] = process.argv.slice(2);
const ignored = ignore().add(readFileSync(join(deploy, "Dockerfile.dockerignore"), "utf8"));
const roots = Object.fromEntries(stages.map(stage => [stage, resolve(root, stage)]));
const variables = {};
let stage = "";
let folder = "/";

const substitute = text => text.replace(/\$\{?(\w+)\}?/g, (match, name) => variables[name] ?? match);

// The files of a pattern, whose last part may have asterisks.
function matching(source, pattern) {
  const parent = dirname(pattern);
  const name = new RegExp(`^${basename(pattern).replace(/[.]/g, "\\.").replace(/[*]/g, ".*")}$`);
  return readdirSync(join(source, parent)).filter(each => name.test(each)).map(each => join(parent, each));
}

function copyFrom(source, pattern, target) {
  const contextual = source === context;
  for (const match of matching(source, pattern)) {
    const from = join(source, match);
    // As COPY does: a folder's content goes into the target, a file goes into a target that ends with a slash.
    const to = lstatSync(from).isDirectory() ? target : target.endsWith("/") ? join(target, basename(match)) : target;
    mkdirSync(dirname(to), { recursive: true });
    // An ignored folder may hold files that are not, so folders are asked about for their name alone.
    cpSync(from, to, { recursive: true, filter: file => !contextual || lstatSync(file).isDirectory() || !ignored.ignores(relative(context, file)) });
  }
}

for (const instruction of DockerfileParser.parse(readFileSync(join(deploy, "Dockerfile"), "utf8")).getInstructions()) {
  const keyword = instruction.getKeyword();
  const words = instruction.getArguments().map(argument => substitute(argument.getValue()));
  if (keyword === "FROM") {
    stage = words[2] ?? "";
    folder = "/";
    continue;
  }

  if (keyword === "ARG") {
    const [name, value] = words[0].split("=");
    variables[name] = process.env[name] ?? value ?? variables[name];
    continue;
  }

  if (!(stage in roots)) {
    continue;
  }

  if (keyword === "WORKDIR") {
    folder = words[0];
    mkdirSync(join(roots[stage], folder), { recursive: true });
  } else if (keyword === "COPY") {
    const from = instruction.getFlags().find(flag => flag.getName() === "from")?.getValue();
    const source = from === undefined ? context : roots[from];
    const target = words.at(-1);
    for (const pattern of words.slice(0, -1)) {
      // join() keeps the slash that tells a folder.
      copyFrom(source, pattern, join(roots[stage], resolve(folder, target), target.endsWith("/") ? "/" : ""));
    }
  } else if (keyword === "RUN") {
    const command = instruction.getArgumentsContent().replace(/\\\n/g, " ");
    console.log(`${stage}: ${command.replace(/\s+/g, " ")}`);
    const { status } = spawnSync("sh", ["-c", command], { cwd: join(roots[stage], folder), env: { ...process.env, ...variables }, stdio: "inherit" });
    if (status !== 0) {
      process.exit(1);
    }
  }
}

// Nothing but the image is left.
for (const each of stages.slice(0, -1)) {
  rmSync(roots[each], { recursive: true });
}
