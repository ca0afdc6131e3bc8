#!/bin/sh
# Builds the Debian packages and the rock from what is committed, and tries what they install: `package.sh`. Prints
# TAP. As root the packages are also installed into a fresh Debian of its own, made with debootstrap.
# shellcheck disable=SC2317,SC2016,SC1091 # the functions are called by point; the rest is meant so
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
scratch=$(mktemp -d)
trap 'umount -q "$scratch/debian/proc" 2>/dev/null; rm -rf "$scratch"' EXIT
count=0
failed=0

# point NAME COMMAND...: one test; what the command says is shown when it fails
point() {
    name=$1
    shift
    count=$((count + 1))
    if "$@" >"$scratch/log" 2>&1; then
        echo "ok $count - $name"
    else
        failed=1
        echo "not ok $count - $name"
        tail -n 30 "$scratch/log" | sed 's/^/# /'
    fi
}

checkout() {
    git -c advice.detachedHead=false clone -q "$root" "$scratch/$1/xdb"
}

# ---- Debian ----

build_debian() {
    cd "$scratch/deb/xdb" && dpkg-buildpackage -us -uc -b -j2
}

lint_debian() {
    lintian --allow-root --fail-on error "$scratch"/deb/*.changes
}

# A Debian with nothing in it but what every Debian has.
make_debian() {
    debootstrap --variant=minbase "$(. /etc/os-release && echo "$VERSION_CODENAME")" "$scratch/debian"
}

install_debian() {
    mkdir -p "$scratch/debian/packages" && cp "$scratch"/deb/*.deb "$scratch/debian/packages" &&
        rm -f "$scratch"/debian/packages/*dbgsym* &&
        chroot "$scratch/debian" sh -c 'apt-get install -qy --no-install-recommends lua5.4 /packages/*.deb'
}

run_in_debian() {
    chroot "$scratch/debian" sh -c '
        set -e
        for command in $(dpkg -L xdb | sed -n "s|^/usr/bin/||p"); do
            echo "$command" && "$command" --help >/dev/null
        done
        echo "local x = 1 print(x)" >/tmp/a.lua
        cd /tmp && printf "n\np x\nq\n" | xdb a.lua | grep -qx "(xdb) 1"
        xprof a.lua | grep -q "function calls"
        lua5.4 -e "for _, name in ipairs {\"xdb\", \"xdb.bdb\", \"xdb.profile\", \"xdb.pstats\", \"xdb.timeit\"} do require(name) end"'
}

# ---- LuaRocks ----

build_rock() {
    cd "$scratch/rock/xdb" && luarocks --lua-version=5.4 --tree="$scratch/tree" make
}

run_rock() {
    "$scratch/tree/bin/xdb" --version &&
        LUA_CPATH="$scratch/tree/lib/lua/5.4/?.so" lua5.4 -e 'require "xdb.profile"'
}

remove_rock() {
    luarocks --lua-version=5.4 --tree="$scratch/tree" remove xdb && test ! -e "$scratch/tree/bin/xdb" &&
        test ! -e "$scratch/tree/lib/lua/5.4/xdb.so"
}

checkout deb
checkout rock
point "the Debian packages are built" build_debian
point "lintian finds no error in them" lint_debian
if [ "$(id -u)" = 0 ]; then
    point "a fresh Debian is made" make_debian
    point "the packages can be installed there" install_debian
    point "every command and module works there" run_in_debian
fi
point "luarocks makes the rock" build_rock
point "what it installs works" run_rock
point "and can be removed" remove_rock
echo "1..$count"
exit $failed
