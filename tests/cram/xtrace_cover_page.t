Each option of the commands stands in their manual page, and each of the page in one of them:

  $ for c in cover combine report; do xtrace $c --help; done | grep -oE '^ +(-[a-z]|--[a-z-]+)[^A-Z]*' | grep -oE -- '--?[a-z][a-z-]*' | LC_ALL=C sort -u > help
  $ sed -n '/^# OPTIONS/,/^# PRAGMAS/p' $SRC/docs/man/xtrace-cover.1.scd | grep '^\*-' | grep -oE -- '--?[a-z][a-z-]*' | LC_ALL=C sort -u > page
  $ diff help page
  $ wc -l < page
  21

The keys of the file of settings are options:

  $ for key in source omit exclude branch conditions contexts no-counts parallel data-file fail-under show-missing map; do grep -qx -- "--$key" page || echo "$key is not in the page"; done
