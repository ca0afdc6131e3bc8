zsh and fish read what is made for them; where they are not installed there is nothing to see.

  $ command -v zsh >/dev/null && command -v fish >/dev/null || exit 80
  $ for command in xdb xprof xtimeit xtrace xmem xlua; do
  >   $command --completion-script=zsh >_$command && zsh -n _$command
  >   $command --completion-script=fish >$command.fish && fish --no-config -n $command.fish
  > done
  $ fish --no-config -c 'source xprof.fish; complete -C "xprof --so"'
  --sort\torder of the report (default: cumulative) (esc)
  $ fish --no-config -c 'source xprof.fish; complete -C "xprof --timer c"'
  cpu\twhat to measure: wall, the time that passes (default), or cpu, that of the process (esc)
  $ cat >ask.zsh <<'END'
  > # The words that _arguments would be told, without a terminal to show them on.
  > compadd() { true }
  > _arguments() { print -rl -- "$@" | grep -e "$asked" }
  > asked='^--sort'; words=(xprof --so); CURRENT=2
  > source ./_xprof
  > END
  $ zsh -f ask.zsh
  --sort=[order of the report (default\: cumulative)]:KEY:(calls cumtime cumulative filename line module name ncalls nfl pcalls stdname time tottime)
