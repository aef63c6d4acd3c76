#!/usr/bin/env bash
# Runs RunPod's own clients and the README's transcripts, all at once, each against a service of its own on an empty store.
# Needs a build (dotnet build), curl, node, npm and python3. The last line is "N passed, N failed"; a suite that does not run counts as a failure.
#
#   tests/clients/run.sh            all suites
#   tests/clients/run.sh js python  some of: js, python, transcripts
#   tests/clients/run.sh write      renews the transcripts in README.md
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
work=$(mktemp -d)

cleanup() {
    for file in "$work"/*.pid; do
        [ -e "$file" ] && kill -9 "$(cat "$file")" 2>/dev/null
    done
    rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 1' INT TERM

silo=${SILO_DLL:-$(ls -t "$root"/silo/bin/*/net10.0/RunPod.Silo.dll 2>/dev/null | head -n 1)}
if [ -z "$silo" ]; then
    echo "There is no build of the service. Run 'dotnet build' first."
    exit 1
fi

# Below those that the kernel gives to connections, one of which could take a port before the service does.
free_ports() {
    python3 -c '
import random, socket
ports = []
while len(ports) < 2:
    port = random.randrange(10000, 30000)
    with socket.socket() as s:
        if s.connect_ex(("127.0.0.1", port)) != 0 and port not in ports:
            ports.append(port)
print(*ports)'
}

# Starts a service on an empty store and sets SERVICE_URL and RUNPOD_API_KEY once it is ready.
start_silo() {
    local name=$1 log=$work/$1.silo silo_port gateway_port
    read -r silo_port gateway_port < <(free_ports)
    # Kestrel chooses its port itself and the service prints it.
    dotnet "$silo" --urls http://127.0.0.1:0 --Silo:Port="$silo_port" --Silo:GatewayPort="$gateway_port" --Silo:Name=laptop \
        --Store:DataFolder="$work/$name" --Models:Folder="$root/models" --contentRoot "$work" >"$log" 2>&1 &
    local pid=$!
    echo "$pid" >"$work/$name.pid"
    for _ in $(seq 600); do
        RUNPOD_API_KEY=$(grep -om1 'rpa_[0-9A-Za-z]\{56\}' "$log")
        SERVICE_URL=$(grep -om1 'ready at http://127.0.0.1:[0-9]*' "$log" | cut -d' ' -f3)
        if [ -n "$RUNPOD_API_KEY" ] && [ -n "$SERVICE_URL" ] && serves_the_model; then
            export RUNPOD_API_KEY SERVICE_URL
            return 0
        fi
        if ! kill -0 "$pid" 2>/dev/null; then
            break
        fi
        sleep 0.1
    done
    echo "The service for '$name' did not start."
    return 1
}

serves_the_model() {
    curl -sf -m 5 "$SERVICE_URL/v2/stable-diffusion-v1/health" -H "Authorization: Bearer $RUNPOD_API_KEY" | grep -q '"idle":1'
}

install_js() {
    # npm says "up to date" in a second where nothing changed.
    npm ci --prefix "$here/js" --no-audit --no-fund --silent
}

install_python() {
    local venv=$here/python/.venv wheels=$root/../shared/wheels from=()
    if [ -d "$wheels" ]; then
        from=(--no-index --find-links "$wheels")
    fi
    if ! cmp -s "$here/python/requirements.txt" "$venv/installed"; then
        rm -rf "$venv"
        python3 -m venv "$venv" && "$venv/bin/pip" install -q --disable-pip-version-check "${from[@]}" -r "$here/python/requirements.txt" \
            && cp "$here/python/requirements.txt" "$venv/installed"
    fi
}

# Each suite writes "PASSED FAILED" into $work/NAME.count as its last act.
suite_js() {
    start_silo js && install_js || return
    node --test-reporter=tap "$here/js/suite.js" | tee "$work/js.tap"
    awk '/^# pass /{p=$3} /^# (fail|cancelled) /{f+=$3} /^# tests /{t=$3} END{if (t>0) print p+0, f+0}' "$work/js.tap" >"$work/js.count"
}

suite_python() {
    install_python && start_silo python || return
    # Its home is not the user's: the package reads keys from ~/.runpod.
    (cd "$here/python" && HOME=$work .venv/bin/python -W ignore -m unittest -v) 2>&1 | tee "$work/python.out"
    awk '/^Ran [0-9]+ test/{t=$2} /^FAILED /{gsub(/[^0-9=,a-z]/,""); n=split($0,a,","); for(i=1;i<=n;i++){split(a[i],b,"="); f+=b[2]}} END{if (t>0) print t-f, f+0}' \
        "$work/python.out" >"$work/python.count"
}

suite_transcripts() {
    start_silo transcripts || return
    node "$here/transcripts/transcripts.js" ${1:+"$1"} | tee "$work/transcripts.out"
    awk '/^[0-9]+ passed, [0-9]+ failed$/{p=$1; f=$3} END{if (p+f>0) print p, f}' "$work/transcripts.out" >"$work/transcripts.count"
}

if [ "${1:-}" = write ]; then
    suite_transcripts --write
    exit
fi

suites=("$@")
[ $# -gt 0 ] || suites=(js python transcripts)
running=()
for suite in "${suites[@]}"; do
    "suite_$suite" >"$work/$suite.log" 2>&1 &
    running+=($!)
done
wait "${running[@]}"

passed=0
failed=0
for suite in "${suites[@]}"; do
    suite_passed=0 suite_failed=1
    if [ -s "$work/$suite.count" ]; then
        read -r suite_passed suite_failed <"$work/$suite.count"
    fi
    if [ "$suite_failed" -gt 0 ]; then
        cat "$work/$suite.log"
        echo "-- what the service of '$suite' printed last"
        sed 's/rpa_[0-9A-Za-z]*/rpa_…/' "$work/$suite.silo" 2>/dev/null | tail -n 40
    fi
    echo "$suite: $suite_passed passed, $suite_failed failed"
    passed=$((passed + suite_passed))
    failed=$((failed + suite_failed))
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
