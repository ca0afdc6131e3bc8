The shells' completion comes from the tables of options: bash, for every command.

  $ cat >ask.sh <<'END'
  > # ask.sh COMMAND WORD...: what bash would offer for the last word
  > eval "$($1 --completion-script=bash)"
  > COMP_WORDS=("$@")
  > COMP_CWORD=$(($# - 1))
  > _$1
  > printf '%s\n' "${COMPREPLY[@]}" | sort
  > END
  $ mkdir folder
  $ touch one.lua two.lua notes.txt
  $ bash ask.sh xtimeit --re
  --repeat
  $ bash ask.sh xprof --so
  --sort
  $ bash ask.sh xprof -s cu
  cumtime
  cumulative
  $ bash ask.sh xprof --timer = w
  wall
  $ bash ask.sh xprof -o n
  notes.txt

Scripts at first, files as their arguments:

  $ bash ask.sh xdb ''
  folder
  one.lua
  two.lua
  $ bash ask.sh xdb o
  one.lua
  $ bash ask.sh xdb one.lua n
  notes.txt

Every option is offered, in each shell:

  $ for command in xdb xprof xtimeit xtrace xmem xlua; do
  >   $command --help | grep -o -e '--[a-z][a-z-]*' | sort -u >options
  >   for shell in bash zsh fish; do
  >     $command --completion-script=$shell >script
  >     while read -r option; do
  >       grep -q -e "$option\|-l ${option#--} " script || echo "$command, $shell: $option is missing"
  >     done <options
  >   done
  > done

A shell that is none of them:

  $ xdb --completion-script=csh
  usage: xdb * (glob)
  *xdb: error: no completion for 'csh' (choose from bash, zsh, fish) (glob)
  [2]

The words that choose a part of a command, and its options:

  $ bash ask.sh xtrace c
  combine
  cover
  $ bash ask.sh xtrace report --form
  --format
  $ bash ask.sh xprof rep
  report
