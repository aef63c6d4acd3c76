// Whether Redis refuses what is new before the system kills it: maxmemory of redis.conf is at most half of what its containers may have, since a rewrite
// of the append-only file may copy all of it, and nothing is deleted to make room.
import { readFileSync } from "node:fs";
import { loadAll } from "js-yaml";

const text = path => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");
const setting = name => text("redis.conf").match(new RegExp(`^${name} (\\S+)$`, "m"))?.[1];
const units = { k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 };
const bytes = size => Number.parseInt(size, 10) * (units[String(size).match(/[kmg]/i)?.[0].toLowerCase()] ?? 1);

const [compose] = loadAll(text("compose.yaml"));
const redis = loadAll(text("kubernetes/base/redis.yaml")).find(each => each.kind === "StatefulSet");
const limits = { compose: compose.services.redis.mem_limit, Kubernetes: redis.spec.template.spec.containers[0].resources.limits.memory };
const maxmemory = setting("maxmemory");
let failed = setting("maxmemory-policy") === "noeviction" ? 0 : 1;
for (const [where, limit] of Object.entries(limits)) {
  console.log(`${where}: maxmemory ${maxmemory}, the container's limit ${limit}`);
  failed += bytes(maxmemory) > 0 && bytes(limit) >= 2 * bytes(maxmemory) ? 0 : 1;
}

process.exit(failed === 0 ? 0 : 1);
