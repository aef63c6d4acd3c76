// Checks the manifests on stdin against the schemas of Kubernetes and KEDA: values by the schemas' own validators, and by the TypeScript compiler that
// no field has a name which the schema does not know, since the API server would drop such a field without a word.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { loadAll } from "js-yaml";

const here = dirname(fileURLToPath(import.meta.url));
const manifests = loadAll(readFileSync(0, "utf8"));
const typed = [];
let failed = 0;

for (const [index, manifest] of manifests.entries()) {
  const { apiVersion, kind, metadata } = manifest;
  const module = `${apiVersion.startsWith("keda.sh/") ? "@kubernetes-models/keda" : "kubernetes-models"}/${apiVersion}/${kind}`;
  try {
    const Model = (await import(module))[kind];
    new Model(manifest).validate();
  } catch (error) {
    failed++;
    console.log(`${kind} ${metadata?.name}: ${error.message}`);
  }

  typed.push(
    `import type { I${kind} as T${index} } from "${module}";`,
    `export const ${kind}_${(metadata?.name ?? "").replace(/\W/g, "_")}: T${index} = ${JSON.stringify(manifest, null, 1)};`);
}

// Beside node_modules, where the compiler looks for the types.
const folder = mkdtempSync(join(here, ".manifests-"));
try {
  const source = join(folder, "manifests.ts");
  writeFileSync(source, typed.join("\n"));
  const compiler = spawnSync(
    join(here, "node_modules/.bin/tsc"),
    ["--noEmit", "--strict", "--skipLibCheck", "--ignoreConfig", "--module", "esnext", "--moduleResolution", "bundler", "--target", "esnext", source],
    { encoding: "utf8" });
  const lines = readFileSync(source, "utf8").split("\n");
  for (const [text, line] of [...compiler.stdout.matchAll(/manifests\.ts\((\d+),\d+\): (.*)/g)].map(match => [match[2], Number(match[1])])) {
    const owner = lines.slice(0, line).findLast(each => each.startsWith("export const"))?.split(/[ :]/)[2];
    console.log(`${owner}: ${text}`);
  }

  failed += compiler.status === 0 ? 0 : 1;
  if (compiler.status !== 0 && !compiler.stdout) {
    console.log(compiler.stderr || String(compiler.error));
  }
} finally {
  rmSync(folder, { recursive: true });
}

if (manifests.length === 0) {
  console.log("There is no manifest.");
}

console.log(`${manifests.length} manifests, ${failed} faults`);
process.exit(failed === 0 && manifests.length > 0 ? 0 : 1);
