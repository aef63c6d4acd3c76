#!/usr/bin/env bash
# A copy of the store, consistent at one moment, taken while it is in use; and a Redis data folder out of such a copy.
#
#   deploy/redis-backup.sh save FILE [redis-cli's options]     such as -h redis -p 6379 --tls; the password is in REDISCLI_AUTH
#   deploy/redis-backup.sh restore FILE FOLDER                 FOLDER is Redis' --dir, without an append-only file; Redis does not run
set -euo pipefail
umask 077

case ${1:-} in
    save)
        file=${2:?'Which file?'}
        redis-cli "${@:3}" --rdb "$file.unfinished"
        redis-check-rdb "$file.unfinished" >/dev/null
        sync "$file.unfinished"
        mv "$file.unfinished" "$file"
        ;;
    restore)
        file=${2:?'Which file?'} folder=${3:?'Into which folder?'}/appendonlydir
        redis-check-rdb "$file" >/dev/null
        # With appendonly on Redis reads this folder alone, and would start empty beside a mere dump.rdb.
        mkdir "$folder"
        cp "$file" "$folder/appendonly.aof.1.base.rdb"
        echo 'file appendonly.aof.1.base.rdb seq 1 type b' >"$folder/appendonly.aof.manifest"
        sync "$folder"/*
        # To the user whose folder it is.
        chown -R --reference "$3" "$folder"
        ;;
    *)
        sed -n '2,/^set/{/^#/!d; s/^# \{0,1\}//; p}' "$0"
        exit 2
        ;;
esac
