#!/usr/bin/env bash
# Whether everything in this folder holds: linters and the real schemas for every file; then the image's content, without an engine, run as the local
# cluster by a user without rights: a picture through nginx, a rolling restart under load, a restored backup. The last line is "N passed, N failed".
set -uo pipefail
cd "$(dirname "$0")" || exit 1
work=$(mktemp -d)
chmod 755 "$work"
passed=0 failed=0

missing=()
while read -r command package; do
    PATH=$PATH:/usr/sbin command -v "$command" >/dev/null || missing+=("$package")
done <<'END'
shellcheck shellcheck
yamllint yamllint
docker-compose docker-compose
nginx nginx-light
promtool prometheus
redis-server redis-server
redis-cli redis-tools
systemd-analyze systemd
curl curl
npm npm
node nodejs
END
if [ "${#missing[@]}" -gt 0 ]; then
    apt-get update -q
    apt-get install -y -q --no-install-recommends "${missing[@]}"
fi
# Debian's own is from before Kustomize had components.
kubectl version --client >/dev/null || echo "kubectl 1.27 or later is missing: https://kubernetes.io/docs/tasks/tools"

export PATH=$PATH:/usr/sbin PORT=$((12000 + RANDOM % 10000)) DATA=$work/data APP=$work/image/final/app MODELS=$work/image/final/models WORKERS=2 FRONTENDS=2
base=http://localhost:$PORT/v2/stable-diffusion-v1

# The cluster's user may read the image and what the scripts need, and write the data folder alone.
cluster() {
    local user=()
    [ "$(id -u)" -ne 0 ] || user=(setpriv --reuid 65534 --regid 65534 --clear-groups)
    (cd "$work" && HOME=$DATA "${user[@]}" "$work/deploy/$1" "${@:2}")
}

cleanup() {
    [ ! -e "$work/deploy" ] || cluster local-cluster.sh down >/dev/null 2>&1
    rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 1' INT TERM

check() {
    local name=$1 log start=$SECONDS
    shift
    if log=$("$@" 2>&1); then
        passed=$((passed + 1))
        echo "ok      $name ($((SECONDS - start)) s)"
    else
        failed=$((failed + 1))
        printf 'FAILED  %s (%s s)\n%s\n' "$name" $((SECONDS - start)) "$log"
    fi
}

compose() {
    # Debian's version does not know the field yet.
    sed '/^name:/d' compose.yaml >"$work/compose.yaml"
    docker-compose --project-directory . -f "$work/compose.yaml" "$@" config --quiet
}

overlay() {
    kubectl kustomize "$1" >"$work/manifests.yaml" && node check/kubernetes.js <"$work/manifests.yaml"
}

# Every component that the overlays do not take.
other_components() {
    mkdir -p "$work/kubernetes"
    cp -r kubernetes/. "$work/kubernetes/"
    sed -i 's|components/keda|components/queue-hpa\n  - ../../components/s3|' "$work/kubernetes/overlays/cpu/kustomization.yaml"
    overlay "$work/kubernetes/overlays/cpu" && ! grep -n 'PersistentVolumeClaim\|runpod-objects\|/data/objects' "$work/manifests.yaml"
}

systemd_unit() {
    local unit=$work/runpod@worker.service
    cp systemd/runpod@.service "$unit"
    mkdir -p "$unit.d" && cp systemd/gpu.conf "$unit.d/"
    # It also asks for the programs, which are not installed here.
    sed -i 's|^ExecStart=.*|ExecStart=/bin/true|' "$unit"
    systemd-analyze verify --man=no "$unit" && systemd-analyze security --offline=yes --threshold=25 "$unit"
}

nginx_test() {
    mkdir -p "$work/nginx"
    cp nginx/* "$work/nginx/"
    nginx -t -p "$work/nginx/" -c nginx.conf -e stderr -g 'pid nginx.pid;'
}

prometheus() {
    promtool check config prometheus/prometheus.yml && promtool test rules prometheus/rules.test.yml
}

up() {
    mkdir -p "$work/deploy" "$DATA"
    cp -r local-cluster.sh redis-backup.sh redis.conf nginx "$work/deploy/"
    [ "$(id -u)" -ne 0 ] || chown 65534:65534 "$DATA"
    cluster local-cluster.sh up && grep -q rpa_ "$DATA/key"
}

call() {
    curl -sf -m 100 -H "Authorization: Bearer $KEY" -H 'Content-Type: application/json' "$@"
}

file_of() {
    grep -o 'http[^"]*' <<<"$1"
}

is_picture() {
    curl -sf "$1" -o "$work/picture.png" && [ "$(head -c 4 "$work/picture.png" | tail -c 3)" = PNG ] && [ "$(stat -c %s "$work/picture.png")" -gt 1000 ]
}

picture() {
    local answer
    answer=$(call "$base/runsync" -d '{"input": {"prompt": "a red circle on a blue background", "seed": 4, "num_inference_steps": 20}}')
    echo "$answer"
    grep -o '"id":"[^"]*' <<<"$answer" | cut -d'"' -f4 >"$work/job"
    [[ $(file_of "$answer") == http://localhost:$PORT/files/* ]] && is_picture "$(file_of "$answer")"
}

not_public() {
    local path
    for path in metrics healthz/ready; do
        [ "$(curl -s -o /dev/null -w '%{http_code}' "http://localhost:$PORT/$path")" = 404 ] || return
    done
}

# It is answered when its head has come, so that no body is kept for somebody who may not send one.
upload_without_key() {
    local status=none
    exec 3<>"/dev/tcp/localhost/$PORT"
    printf 'POST /v2/stable-diffusion-v1/run HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 9000000\r\n\r\n{' >&3
    read -r -t 10 _ status _ <&3
    exec 3>&-
    echo "answered: $status"
    [ "$status" = 401 ]
}

rolling_restart() {
    local load status=0
    node check/load.js "$base" &
    load=$!
    cluster local-cluster.sh rolling-restart || status=1
    kill "$load"
    wait "$load" && return "$status"
}

# A job that ended and one that waits for a long one, the store gone, and both there again.
backup() {
    local answer waiting
    call "$base/run" -d '{"input": {"prompt": "a castle", "num_inference_steps": 60}}' && call "$base/run" -d '{"input": {"prompt": "a castle", "num_inference_steps": 60}}' || return
    waiting=$(call "$base/run" -d '{"input": {"prompt": "a fish", "num_inference_steps": 2}}' | grep -o '"id":"[^"]*' | cut -d'"' -f4)
    cluster redis-backup.sh save "$DATA/copy.rdb" -p $((PORT + 379)) && cluster local-cluster.sh down || return
    rm -r "$DATA/redis"
    # It makes the folder again.
    cluster local-cluster.sh status
    cluster redis-backup.sh restore "$DATA/copy.rdb" "$DATA/redis" && cluster local-cluster.sh up >/dev/null || return
    answer=$(call "$base/status/$(cat "$work/job")") && is_picture "$(file_of "$answer")" || return
    call "$base/status-sync/$waiting?wait=90000" | grep COMPLETED
}

down() {
    cluster local-cluster.sh down
    [ -z "$(find "$DATA/run" -type f)" ] && ! curl -s "http://localhost:$PORT/"
}

npm ci --prefix check --no-audit --no-fund --silent || exit 1
# Meanwhile: it takes the longest.
node check/image.js "$work/image" build final >"$work/image.log" 2>&1 &
image=$!

check "scripts" shellcheck ./*.sh
check "YAML" yamllint -c .yamllint.yaml -s compose.yaml compose.gpu.yaml kubernetes prometheus grafana
check "compose" compose
check "compose, GPU" compose -f compose.gpu.yaml
check "Dockerfile" check/node_modules/.bin/dockerfile-utils lint Dockerfile
check "Kubernetes, CPU" overlay kubernetes/overlays/cpu
check "Kubernetes, GPU" overlay kubernetes/overlays/gpu
check "Kubernetes, the other components" other_components
check "Kubernetes has the same redis.conf" cmp redis.conf kubernetes/base/redis.conf
check "Redis' memory" node check/memory.js
check "systemd" systemd_unit
check "nginx" nginx_test
check "Prometheus" prometheus
check "Grafana" node -e "process.exit(JSON.parse(require('fs').readFileSync('grafana/dashboards/runpod.json', 'utf8')).panels.length > 0 ? 0 : 1)"
wait "$image"
check "image" eval "cat '$work/image.log'; [ -e '$APP/RunPod.Silo.dll' ]"
if [ -e "$APP/RunPod.Silo.dll" ]; then
    check "cluster: up" up
    KEY=$(cat "$DATA/key")
    export KEY
    check "cluster: a picture" picture
    check "cluster: what is not public" not_public
    check "cluster: an upload without a key" upload_without_key
    check "cluster: rolling restart under load" rolling_restart
    check "cluster: backup and restore" backup
    check "cluster: down" down
fi

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
