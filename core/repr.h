/*
** Lua values as text for people, on one line or pretty, always bounded: `{1, 2, key = "v"}`.
**
** Strings and numbers are exact (core/repr_text.h). A table shows its sequence 1..n up to the first nil,
** then its other keys: integers, floats, strings, booleans, each ascending, then the rest as the table
** holds them. Sorting looks at a few thousand keys; larger tables show the first of those that were
** met. `...` stands where a limit cut something (`{...}` for a table too deep), `<cycle>` for a table
** that is being shown already. Everything else is named as Lua does: `function: 0x55d0c2a8`.
**
** A metatable's `__tostring` is called unless `raw`, on a coroutine of its own and for a bounded number
** of VM instructions in all; its text is cut and made visible. When that fails, it reads
** `<error in __tostring: message>`. `__name` stands before a table (`Account {balance = 1}`) or is the
** name of a userdata (`FILE*: 0x55d0c2a8`), unless `raw`. No other metamethod is ever used.
**
** Costs some microseconds for what is shown; a table of millions costs no more. For the prompt, not for
** the hot path: a table or userdata makes one protected call on L (a call hook of L that is not running
** already sees it) and may allocate Lua memory.
*/
#ifndef XDB_CORE_REPR_H
#define XDB_CORE_REPR_H

#include "core/buffer.h"

#include <lua.h>
#include <stdbool.h>
#include <stddef.h>

struct repr_options {
    int depth;           /* tables inside each other that are opened; more than 100 are 100 */
    int items;           /* items shown of one table */
    size_t string_bytes; /* bytes shown of one string, key or __tostring text, before escaping */
    size_t total_bytes;  /* nothing more is begun after this many bytes of one-line text */
    bool raw;            /* look only at what is there: no __tostring, no __name */
    int width;           /* columns of the pretty form */
};

/* What suits a prompt: depth 6, 100 items, strings of 1000 bytes, 8000 bytes in all, 80 columns. */
extern const struct repr_options repr_defaults;

/*
** Appends the value at `index` of L's stack to `out`; `o` may be NULL for the defaults. Never raises, leaves
** L's stack as it was and keeps nothing of the value. L must be able to run: the running thread (also
** inside a hook), not a suspended or dead coroutine, from which a value is to be moved first. When
** memory or stack run out, `<out of memory>` or `<stack overflow>` stands in place of the whole.
*/
void repr_line(lua_State *L, int index, const struct repr_options *o, struct buffer *out);

/*
** The same, with each table that does not fit into the width broken: two columns of indentation, keys
** one a line, plain items of a sequence as many a line as fit. No newline at the end.
*/
void repr_pretty(lua_State *L, int index, const struct repr_options *o, struct buffer *out);

#endif
