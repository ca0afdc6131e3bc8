#!/bin/sh
# archive.sh CC OBJCOPY AR OUT.a IN.a: everything of IN.a as one object whose hidden names are local.
set -e
cc=$1 objcopy=$2 ar=$3 out=$4 in=$5
object=${out%.a}.o
"$cc" -nostdlib -r -o "$object" -Wl,--whole-archive "$in" -Wl,--no-whole-archive
"$objcopy" --localize-hidden "$object"
rm -f "$out"
"$ar" rcs "$out" "$object"
