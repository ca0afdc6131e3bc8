The front door says what it can do, on request and when it does not understand:

  $ "$SRC/dev" help | head -3
  usage: ./dev COMMAND
    run [ARGS]       builds and starts the debugger on an example, or with the arguments given
    test [NAME]      every test, or those whose name contains NAME
  $ "$SRC/dev" fly 2>&1 | head -1
  dev: no such command: fly
  $ "$SRC/dev" fly 2>/dev/null
  [2]

With nothing missing, set-up says nothing:

  $ "$SRC/dev" setup

A machine without expect and scdoc, on which apt-get only says what it is asked for:

  $ mkdir bin
  $ ln -sf /bin/* /usr/bin/* bin/ 2>/dev/null
  $ rm -f bin/expect bin/scdoc bin/apt-get bin/sudo bin/id
  $ printf '#!/bin/sh\necho "apt-get $*"\n' > bin/apt-get
  $ printf '#!/bin/sh\necho "sudo $*"; exec "$@"\n' > bin/sudo
  $ printf '#!/bin/sh\necho 0\n' > bin/id
  $ chmod +x bin/apt-get bin/sudo bin/id
  $ PATH=$PWD/bin "$SRC/dev" setup
  installing: scdoc (manual pages), expect (tests of the terminal)
  apt-get install -qy --no-install-recommends scdoc expect

Only who is not root needs sudo:

  $ printf '#!/bin/sh\necho 1000\n' > bin/id
  $ PATH=$PWD/bin "$SRC/dev" setup
  installing: scdoc (manual pages), expect (tests of the terminal)
  sudo env DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends scdoc expect
  apt-get install -qy --no-install-recommends scdoc expect

Old package lists are brought up to date, once:

  $ cat > bin/apt-get <<'END'
  > #!/bin/sh
  > echo "apt-get $*"
  > [ "$1" = update ] && touch "$0.fresh"
  > [ -e "$0.fresh" ]
  > END
  $ printf '#!/bin/sh\necho 0\n' > bin/id
  $ PATH=$PWD/bin "$SRC/dev" setup
  installing: scdoc (manual pages), expect (tests of the terminal)
  apt-get update -q
  apt-get install -qy --no-install-recommends scdoc expect

Without apt-get somebody else must install:

  $ rm bin/apt-get
  $ PATH=$PWD/bin "$SRC/dev" setup
  installing: scdoc (manual pages), expect (tests of the terminal)
  dev: these are Debian's names; there is no apt-get here, so please install them by hand
  [1]

What the README tells to run and to read is there after `./dev run`:

  $ ninja -C "$BUILD" -t query commands >built
  $ grep -o 'build/plain/[a-z0-9./-]*' "$SRC/README.md" | sed 's|build/plain/||' | sort -u | while read -r what; do
  >     grep -q " $what$" built || echo "not built: $what"
  > done
