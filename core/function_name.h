/*
** The name that a function was defined with, from what its enclosing function does with the new closure.
** For core/function alone. Survives any code; allocates only in the buffer.
*/
#ifndef XDB_CORE_FUNCTION_NAME_H
#define XDB_CORE_FUNCTION_NAME_H

#include "core/buffer.h"
#include "core/bytecode.h"

/*
** Writes to `to`, which is empty, the name that instruction `pc` of `p`, a CLOSURE, gives to its function; false,
** and nothing written, when it gives none. `header` is the text from the line of the definition on, which tells
** `M:f` from `M.f`; NULL when there is no text: then a first parameter "self" tells.
*/
bool function_name_at(const struct proto *p, int pc, const char *header, size_t len,
                      struct buffer *to);

#endif
