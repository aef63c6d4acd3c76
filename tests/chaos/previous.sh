#!/usr/bin/env bash
# Builds an earlier version beside this one and prints the path for --silo: its chaos program, or its service alone where it had none.
#   tests/chaos/previous.sh [COMMIT]      by default $RUNPOD_PREVIOUS, or else the one before this
set -euo pipefail
cd "$(dirname "$0")/../.."

commit=${1:-${RUNPOD_PREVIOUS:-HEAD~1}}
if ! git rev-parse --quiet --verify "$commit^{commit}" >/dev/null; then
    echo "There is no commit $commit here (a shallow clone, perhaps): nothing to run beside this version." >&2
    exit 0
fi

folder=$(mktemp -d)
git archive "$commit" | tar -x -C "$folder"
cd "$folder"
program=tests/chaos name=RunPod.Chaos
[ -d "$program" ] || program=silo name=RunPod.Silo
dotnet build "$program" --output "$folder/out" >&2
echo "$folder/out/$name.dll"
