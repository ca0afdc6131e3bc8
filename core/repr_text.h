/*
** The text of numbers and strings, exact and on one line: what Lua reads back as the same value,
** what is safe to show on a terminal, and strings of JSON. Knows no lua_State; never raises. Not for signal handlers.
*/
#ifndef XDB_CORE_REPR_TEXT_H
#define XDB_CORE_REPR_TEXT_H

#include "core/buffer.h"

#include <stdbool.h>
#include <stddef.h>

/*
** The shortest form that reads back as `x` and as a float: `1.0`, `0.1`, `1e300`, `-0.0`; `math.huge`,
** `-math.huge`, `nan`, `-nan`. The same in every locale.
*/
void repr_text_float(double x, struct buffer *out);
/* `42`, `-1`, `math.mininteger`. */
void repr_text_integer(long long i, struct buffer *out);
/*
** A string in double quotes as Lua reads it: `\"`, `\\`, `\n`, other controls and bytes that are not
** UTF-8 as `\ddd`, invisible characters that confuse terminals as `\u{...}`, all else as it is. Shows at
** most the first `limit` bytes, whole characters; a cut string ends in `"...`.
*/
void repr_text_quoted(const char *s, size_t n, size_t limit, struct buffer *out);
/* The same without quotes, and with `"` and `\` as they are; a cut text ends in `...`. */
void repr_text_visible(const char *s, size_t n, size_t limit, struct buffer *out);
/* As UTF-8: what is none becomes U+FFFD. */
void repr_text_utf8(const char *s, size_t n, struct buffer *out);
/* A JSON string, as repr_text_utf8 has it. With `in_page` it may stand inside of <script>: `<` is `\u003c`. */
void repr_text_json(const char *s, size_t n, bool in_page, struct buffer *out);

#endif
