#!/usr/bin/env bash
# The cluster of compose.yaml as processes of this machine: Redis with its append-only file, front ends behind nginx, workers, one folder of files.
# Needs redis-server, nginx, curl and the .NET SDK (apt-get install redis-server nginx-light curl).
#
#   deploy/local-cluster.sh up                 starts what does not run, and prints the address and the key
#   deploy/local-cluster.sh status             what runs
#   deploy/local-cluster.sh logs [NAME]        follows the logs
#   deploy/local-cluster.sh scale-workers N    starts or stops workers
#   deploy/local-cluster.sh publish            builds the service again; processes take it at their next start
#   deploy/local-cluster.sh rolling-restart    restarts workers and front ends one by one, without a failed call
#   deploy/local-cluster.sh down               stops everything; the data stays
#
# Settings, as environment variables: DATA (data/cluster), PORT (8000; front ends are at PORT+1 …, workers' probes at PORT+101 …), REDIS_PORT (PORT+379),
# SILO_PORT (PORT+3000), GATEWAY_PORT (PORT+5000), FRONTENDS (2), WORKERS (2), MODELS (models), APP (a published service, instead of building one).
# Every other variable reaches the service, such as Workers__DrainTimeout=00:01:00.
set -euo pipefail
umask 077
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
mkdir -p "${DATA:=$root/data/cluster}"
DATA=$(cd "$DATA" && pwd)
: "${PORT:=8000}" "${FRONTENDS:=2}" "${WORKERS:=2}" "${MODELS:=$root/models}"
: "${REDIS_PORT:=$((PORT + 379))}" "${SILO_PORT:=$((PORT + 3000))}" "${GATEWAY_PORT:=$((PORT + 5000))}"
mkdir -p "$DATA"/{run,logs,redis,objects,nginx/out}

fail() {
    echo "$*" >&2
    exit 1
}

# A process counts as ours while its id and the moment of its start are those in the file: ids come again. One that has ended has no moment.
started_at() {
    sed -n 's/.*) [^ZX] //p' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f19
}

runs() {
    local pid moment
    [ -e "$DATA/run/$1" ] && read -r pid moment <"$DATA/run/$1" && [ -n "$moment" ] && [ "$(started_at "$pid")" = "$moment" ]
}

pid_of() {
    cut -d' ' -f1 "$DATA/run/$1"
}

# spawn NAME COMMAND…
spawn() {
    local name=$1
    shift
    setsid "$@" >>"$DATA/logs/$name.log" 2>&1 </dev/null &
    echo "$! $(started_at $!)" >"$DATA/run/$name"
}

# await NAME SECONDS COMMAND…: until the command succeeds, while the process lives.
await() {
    local name=$1 tries=$(($2 * 10))
    shift 2
    until "$@" >/dev/null 2>&1; do
        runs "$name" || fail "$name ended: $(tail -n 5 "$DATA/logs/$name.log")"
        ((tries-- > 0)) || fail "$name is not ready; see $DATA/logs/$name.log"
        sleep 0.1
    done
}

stop() {
    local name=$1 signal=${2:-TERM} tries=1800
    if runs "$name"; then
        kill -s "$signal" "$(pid_of "$name")"
        while runs "$name"; do
            ((tries-- > 0)) || fail "$name does not stop."
            sleep 0.1
        done
        echo "$name stopped"
    fi
    rm -f "$DATA/run/$name"
}

# The number of a silo among all: front ends from 1, workers from 101.
offset() {
    local number=${1##*-}
    case $1 in
        worker-*) echo $((100 + number)) ;;
        *) echo "$number" ;;
    esac
}

silos() {
    find "$DATA/run" -name "$1-*" -printf '%f\n' | sort -V
}

publish() {
    local build
    build=$DATA/apps/$(date +%Y%m%dT%H%M%S)
    # Restored without a runtime: publish would write it into the lock files of the libraries.
    dotnet restore "$root/silo" --locked-mode -v quiet
    dotnet publish "$root/silo" -c Release -r linux-x64 --no-self-contained --no-restore -v quiet -o "$build"
    ln -sfn "$build" "$DATA/app"
    # The one before stays, for processes that run it.
    find "$DATA/apps" -mindepth 1 -maxdepth 1 | sort | head -n -2 | xargs -r rm -rf
}

start_redis() {
    runs redis && return
    spawn redis redis-server "$here/redis.conf" --port "$REDIS_PORT" --dir "$DATA/redis"
    await redis 60 eval "redis-cli -p $REDIS_PORT ping | grep -q PONG"
    echo "redis runs"
}

app() {
    realpath "${APP:-$DATA/app}"
}

start_silo() {
    local name=$1 number
    runs "$name" && return
    number=$(offset "$name")
    (
        cd "$DATA"
        export Roles=${name%-*} Silo__Name=$name Urls=http://127.0.0.1:$((PORT + number)) ConnectionStrings__redis=127.0.0.1:$REDIS_PORT \
            Silo__AdvertisedIPAddress=127.0.0.1 Silo__Port=$((SILO_PORT + number)) Silo__GatewayPort=$((GATEWAY_PORT + number)) \
            Store__DataFolder=$DATA ObjectStore__Folder=$DATA/objects Models__Folder=$MODELS
        [ ! -e "$DATA/tls/ca.crt" ] || export Silo__Tls__Folder=$DATA/tls
        spawn "$name" dotnet "$(app)/RunPod.Silo.dll"
    )
}

await_silo() {
    await "$1" 120 curl -sf -m 5 "http://127.0.0.1:$((PORT + $(offset "$1")))/healthz/ready"
    echo "$1 runs"
}

# write_pool NAME OUT: the upstream of all front ends but one.
write_pool() {
    local name
    echo "upstream $1 {"
    echo "    zone $1 64k;"
    echo '    least_conn;'
    for name in $(silos frontend); do
        [ "$name" = "${2:-}" ] || echo "    server 127.0.0.1:$((PORT + $(offset "$name"))) max_fails=3 fail_timeout=10s;"
    done
    # A pool of none is no pool; then the only front end gets what there is.
    [ "$(silos frontend)" != "${2:-}" ] || echo "    server 127.0.0.1:$((PORT + $(offset "$2")));"
    echo '    keepalive 64;'
    echo '}'
}

write_nginx() {
    local name
    cp "$here/nginx/nginx.conf" "$DATA/nginx/"
    {
        write_pool all
        for name in $(silos frontend); do write_pool "without-$name" "$name"; done
    } >"$DATA/nginx/upstream.conf"
    {
        echo "listen 127.0.0.1:$PORT;"
        # shellcheck disable=SC2016
        echo 'set $pool all;'
        for name in $(silos frontend); do
            # shellcheck disable=SC2016
            echo 'if (-f $document_root/'"$name) { set "'$pool'" without-$name; }"
        done
    } >"$DATA/nginx/server.conf"
}

nginx_command() {
    local globals="pid nginx.pid; daemon off;"
    # Its processes are this user's, as the folder is.
    [ "$(id -u)" -ne 0 ] || globals="$globals user root;"
    PATH=$PATH:/usr/sbin "$@" -p "$DATA/nginx/" -c nginx.conf -e stderr -g "$globals"
}

start_nginx() {
    local before after
    before=$({ cat "$DATA"/nginx/*.conf 2>/dev/null || true; } | cksum)
    write_nginx
    rm -f "$DATA"/nginx/out/*
    after=$(cat "$DATA"/nginx/*.conf | cksum)
    if runs nginx; then
        [ "$before" = "$after" ] || kill -HUP "$(pid_of nginx)"
    else
        rm -f "$DATA/nginx/nginx.pid"
        nginx_command spawn nginx nginx
        # It writes this once the port is its own.
        await nginx 10 grep -qx "$(pid_of nginx)" "$DATA/nginx/nginx.pid"
        echo "nginx runs"
    fi
}

show_key() {
    if [ ! -e "$DATA/key" ]; then
        { grep -oh 'rpa_[0-9A-Za-z]\{56\}' "$DATA"/logs/frontend-*.log || true; } | head -n 1 >"$DATA/key"
    fi
    cat <<END

RunPod.Orleans is ready at http://localhost:$PORT

  export KEY=$(cat "$DATA/key")
  curl -s localhost:$PORT/v2/stable-diffusion-v1/runsync -H "Authorization: Bearer \$KEY" -H 'Content-Type: application/json' \\
    -d '{"input": {"prompt": "a red circle on a blue background"}}'

END
}

up() {
    local names=() name
    [ -n "${APP:-}" ] || [ -e "$DATA/app" ] || publish
    start_redis
    # Those that run without certificates know each other without.
    [ -n "$(silos frontend)$(silos worker)" ] || dotnet "$(app)/RunPod.Silo.dll" tls create --folder "$DATA/tls"
    for ((i = 1; i <= FRONTENDS; i++)); do names+=("frontend-$i"); done
    for ((i = 1; i <= WORKERS; i++)); do names+=("worker-$i"); done
    for name in "${names[@]}"; do start_silo "$name"; done
    for name in "${names[@]}"; do await_silo "$name"; done
    start_nginx
    show_key
}

down() {
    local name
    stop nginx QUIT
    # All at once: each takes a while.
    for name in $(silos frontend) $(silos worker); do
        ! runs "$name" || kill "$(pid_of "$name")"
    done
    for name in $(silos frontend) $(silos worker); do stop "$name"; done
    stop redis
}

status() {
    local name
    for name in redis nginx $(silos frontend) $(silos worker); do
        if runs "$name"; then echo "$name runs, process $(pid_of "$name")"; else echo "$name does not run"; fi
    done
}

scale_workers() {
    local name
    [[ ${1:-} =~ ^[0-9]+$ ]] || fail "How many workers?"
    for ((i = 1; i <= $1; i++)); do start_silo "worker-$i"; done
    for ((i = 1; i <= $1; i++)); do await_silo "worker-$i"; done
    for name in $(silos worker); do
        [ "${name##*-}" -le "$1" ] || stop "$name"
    done
}

rolling_restart() {
    local name
    for name in $(silos worker); do
        stop "$name"
        start_silo "$name"
        await_silo "$name"
    done
    for name in $(silos frontend); do
        touch "$DATA/nginx/out/$name"
        # For requests that nginx had sent it already; those that run are answered before it ends.
        sleep 1
        stop "$name"
        start_silo "$name"
        await_silo "$name"
        rm "$DATA/nginx/out/$name"
    done
}

case ${1:-} in
    up | down | status | publish) "$1" ;;
    logs) tail -n 20 -F "$DATA"/logs/"${2:-*}".log ;;
    scale-workers) scale_workers "${2:-}" ;;
    rolling-restart) rolling_restart ;;
    *) sed -n '2,/^set/{/^#/!d; s/^# \{0,1\}//; p}' "$0"; exit 2 ;;
esac
