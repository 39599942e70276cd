#!/usr/bin/env bash
# Proves the Dockerfile and docker-compose.yml: builds the image around a binary built beforehand, starts the whole
# stack, reads the setup code, lets the simulated Okta provision through the one entry, kills the database and gives
# it back. Needs podman, runc and podman-compose, and is skipped with a word where they are missing. Not proved: the
# stage that compiles, and Docker's own compose.
#
#   cargo build --release && scripts/verify-compose.sh
#
# Base images are pulled; with STAND_INS=1 (no registry can be reached; needs root and debootstrap) images of the same
# names are made from this machine's Debian packages instead. ROLLCALL_BINARY names another binary.
set -euo pipefail
cd "$(dirname "$0")/.."

skip() { echo "skipped: $1"; exit 0; }
binary=${ROLLCALL_BINARY:-target/release/rollcall}
for tool in podman runc podman-compose curl python3; do
    command -v "$tool" >/dev/null || skip "$tool is not installed"
done
[ -x "$binary" ] || skip "there is no $binary; run cargo build --release first"

work=$(mktemp -d)
project=rollcall-verify
export PORT=${PORT:-18080}
export PUBLIC_URL=http://localhost:$PORT MAIL_PORT=$((PORT + 2))
export CONTAINERS_CONF=$work/containers.conf
# Limits that any container may have, also where this user may not raise them; no systemd is asked for.
cat >"$CONTAINERS_CONF" <<'CONF'
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
runtime = "runc"
[network]
network_backend = "netavark"
CONF
build=(podman build --quiet --format docker --network host --ulimit nofile=1024:1024 --ulimit nproc=4096:4096)
compose=(podman-compose -p "$project" -f docker-compose.yml)

cleanup() {
    # With -v, since the image's own volume is not known to the compose file.
    podman rm -f -v "${project}_"{entry,dashboard,scim,worker,mailpit,migrate,postgres}_1 "$project-alone" >/dev/null 2>&1 || true
    "${compose[@]}" down -v >/dev/null 2>&1 || true
    podman volume rm -f "$project-alone" >/dev/null 2>&1 || true
    rm -rf "$work"
}
trap cleanup EXIT

passed=0 failed=0
check() { # words command…
    local words=$1 output
    shift
    if output=$("$@" 2>&1); then
        passed=$((passed + 1)); echo "ok      $words"
    else
        failed=$((failed + 1)); echo "FAILED  $words"; echo "$output" | tail -n 20 | sed 's/^/        /'
    fi
}
eventually() { # command…   within a minute and a half
    local end=$((SECONDS + 90))
    until "$@" >/dev/null 2>&1; do
        [ $SECONDS -lt $end ] || { "$@"; return; }
        sleep 1
    done
}

stand_in() { # image packages… : Debian with these packages, under the image's name
    local image=$1
    shift
    case $image in
        debian:*)
            local mirror
            mirror=$(sed -nE 's/^(URIs: *|deb )(\S+).*/\2/p' /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list 2>/dev/null | head -n 1 || true)
            debootstrap --variant=minbase --include=ca-certificates bookworm "$work/root" "$mirror" >/dev/null
            printf 'Acquire::Check-Date "false";\nAcquire::Check-Valid-Until "false";\n' >"$work/root/etc/apt/apt.conf.d/99stand-in"
            tar -C "$work/root" -c . | podman import - "docker.io/library/$image" >/dev/null 2>&1
            rm -rf "$work/root" ;;
        *)
            mkdir -p "$work/stand-in"
            cat >"$work/stand-in/entry" <<'ENTRY'
#!/bin/sh
set -e
[ "$1" = postgres ] || exec "$@"
bin=$(ls -d /usr/lib/postgresql/*/bin)
if [ ! -s "$PGDATA/PG_VERSION" ]; then
    mkdir -p "$PGDATA"; chown postgres "$PGDATA"
    echo "$POSTGRES_PASSWORD" >/tmp/password
    gosu postgres "$bin/initdb" -U "$POSTGRES_USER" --pwfile=/tmp/password -A scram-sha-256 -D "$PGDATA"
    echo 'host all all all scram-sha-256' >>"$PGDATA/pg_hba.conf"
    gosu postgres "$bin/pg_ctl" -D "$PGDATA" -w -o "-c listen_addresses= -c unix_socket_directories=/tmp" start
    PGPASSWORD=$POSTGRES_PASSWORD "$bin/createdb" -h /tmp -U "$POSTGRES_USER" "$POSTGRES_DB" || true
    gosu postgres "$bin/pg_ctl" -D "$PGDATA" -w stop
fi
exec gosu postgres "$bin/postgres" -D "$PGDATA" -c listen_addresses='*' -c unix_socket_directories=/tmp
ENTRY
            chmod +x "$work/stand-in/entry"
            cat >"$work/stand-in/Dockerfile" <<DOCKERFILE
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends $*
ENV PGDATA=/var/lib/postgresql/data PATH=/usr/lib/postgresql/15/bin:\$PATH
COPY entry /entry
ENTRYPOINT ["/entry"]
CMD ${command:?}
DOCKERFILE
            "${build[@]}" -t "docker.io/library/$image" "$work/stand-in" >/dev/null ;;
    esac
}
base_image() { # image packages…
    podman image exists "docker.io/library/$1" && return
    if [ -n "${STAND_INS:-}" ]; then
        echo "making a stand-in for $1 …"
        stand_in "$@"
    else
        podman pull --quiet "docker.io/library/$1" >/dev/null || skip "the image $1 cannot be pulled (STAND_INS=1 makes one)"
    fi
}

base_image debian:bookworm-slim
command='["postgres"]' base_image postgres:16 postgresql gosu
command='["caddy", "run", "--config", "/etc/caddy/Caddyfile", "--adapter", "caddyfile"]' base_image caddy:2 caddy
# Only its place matters here: the tests read mail from a server of their own.
command='["sleep", "infinity"]' base_image axllent/mailpit:v1.27

# A context of its own, so that any binary can stand where the Dockerfile looks for it.
mkdir -p "$work/context/target/release"
cp "$binary" "$work/context/target/release/rollcall"
check "the image builds around a binary" "${build[@]}" --target prebuilt -t rollcall -f Dockerfile "$work/context"

in_container() { podman exec "${project}_$1_1" "${@:2}"; }
ready() { curl -fsS --max-time 5 "$PUBLIC_URL/readyz"; }
provision() {
    # shellcheck disable=SC2016
    made=$(in_container dashboard bash -c 'rollcall bootstrap --email ada@example.com --password-file <(echo "not a secret") \
        --workspace Verify --organization Contoso --directory Okta 2>&1') || { echo "$made"; return 1; }
    local endpoint token
    endpoint=$(echo "$made" | python3 -c 'import json,sys; print(json.load(sys.stdin)["scim_endpoint"])')
    token=$(echo "$made" | python3 -c 'import json,sys; print(json.load(sys.stdin)["scim_token"])')
    [[ $endpoint == "$PUBLIC_URL"/scim/v1.1/* ]] || { echo "$endpoint"; return 1; }
    ROLLCALL_OKTA_TOKEN=$token "$binary" okta --endpoint "$endpoint" --users 20 --groups 3
}
setup_code() { podman logs "${project}_dashboard_1" 2>&1 | grep -A 1 'setup code' | grep -qE '^ +[a-z0-9]{20}$'; }
sign_in_page() { curl -fsSL --max-time 5 "$PUBLIC_URL/" | grep -q 'Sign in'; }
first_page() { curl -fsSL --max-time 5 "$PUBLIC_URL/" | grep -q 'Setup code'; }
unprivileged() {
    [ "$(in_container scim id -u)" = 10001 ] &&
        [ "$(podman inspect -f '{{.HostConfig.ReadonlyRootfs}}' "${project}_scim_1")" = true ]
}
settings() { in_container dashboard rollcall doctor | tee /dev/stderr | grep -q 'every ROLLCALL_ variable is known'; }
healthy() { for service in dashboard scim worker; do podman healthcheck run "${project}_${service}_1" || return; done; }
away() { [ "$(curl -s -o /dev/null -w '%{http_code}' --max-time 20 "$PUBLIC_URL/readyz")" = 503 ]; }

check "the stack starts" "${compose[@]}" up -d --no-build
check "the dashboard answers at $PUBLIC_URL" eventually ready
check "all services become healthy" eventually healthy
check "an empty installation asks for the setup code" first_page
check "the dashboard's log shows the setup code" setup_code
check "the simulated Okta provisions through the entry" provision
check "the dashboard then asks to sign in" sign_in_page
check "the settings are in order" settings
check "it runs as a user without rights, on a read-only root" unprivileged
podman kill -s KILL "${project}_postgres_1" >/dev/null 2>&1
check "without the database it says so" eventually away
podman start "${project}_postgres_1" >/dev/null 2>&1
check "with the database it is back" eventually healthy
check "the simulated Okta provisions again" provision

podman run -d --name "$project-alone" --read-only -v "$project-alone:/data" -p "127.0.0.1:$((PORT + 1)):8080" rollcall >/dev/null 2>&1
alone() { curl -fsS --max-time 5 "http://localhost:$((PORT + 1))/readyz"; }
check "the image alone runs on SQLite in its volume" eventually alone
stops() { podman stop -t 30 "$project-alone" >/dev/null && [ "$(podman inspect -f '{{.State.ExitCode}}' "$project-alone")" = 0 ]; }
check "it ends cleanly when told to" stops

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
