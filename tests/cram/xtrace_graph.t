  $ command -v dot >/dev/null || exit 80

Who calls whom as a graph:

  $ cat > deep.lua <<'END'
  > local other = require "other"
  > local function c() return 3 end
  > local function b() return (c()) end
  > local co = coroutine.wrap(function()
  >   coroutine.yield(b())
  > end)
  > co() other()
  > END
  $ cat > other.lua <<'END'
  > return function()
  >   return 1
  > end
  > END
  $ xtrace -T --dot deep.lua > calls.dot
  $ cat calls.dot
  digraph calls {
    rankdir=LR;
    node [shape=box];
    subgraph "cluster 0" {
      label="$PWD/deep.lua";
      "$PWD/deep.lua|<function>" [label="<function>"];
      "$PWD/deep.lua|<main>" [label="<main>"];
      "$PWD/deep.lua|b" [label="b"];
      "$PWD/deep.lua|c" [label="c"];
    }
    subgraph "cluster 9" {
      label="$PWD/other.lua";
      "$PWD/other.lua|<main>" [label="<main>"];
      "$PWD/other.lua|other" [label="other"];
    }
    subgraph "cluster 11" {
      label="xdb.trace";
      "xdb.trace|run" [label="run"];
    }
    "$PWD/deep.lua|<function>" -> "$PWD/deep.lua|b" [label="1"];
    "$PWD/deep.lua|<main>" -> "$PWD/deep.lua|<function>" [label="1"];
    "$PWD/deep.lua|<main>" -> "$PWD/other.lua|<main>" [label="1"];
    "$PWD/deep.lua|<main>" -> "$PWD/other.lua|other" [label="1"];
    "$PWD/deep.lua|b" -> "$PWD/deep.lua|c" [label="1"];
    "xdb.trace|run" -> "$PWD/deep.lua|<main>" [label="1"];
  }

Graphviz draws it:

  $ dot -Tsvg calls.dot | grep -c '<g id="edge'
  6

also with names that mean something to it:

  $ echo 'local t = {} t["a\"b"] = function() return 1 end t["a\"b"]()' > 'quo"te\s.lua'
  $ xtrace -T --dot 'quo"te\s.lua' | dot -Tsvg | grep -c '<g id="edge'
  2
