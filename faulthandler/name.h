/*
** What a function is called by the text of its definition, for signal handlers: `f`, `M.f`, `M:f`, or the key of a
** table constructor, as core/function names it. Here a line of text must tell: that of the definition, read from its file or
** from the chunk itself. What a line does not tell for sure has no name.
**
** Signal-safe: open, read and close, 2 KB of stack. Reads at most 16 MB of a file.
*/
#ifndef XDB_FAULTHANDLER_NAME_H
#define XDB_FAULTHANDLER_NAME_H

#include <stddef.h>

/*
** Writes the name of the function defined in line `line` of the chunk called `source`, cut to `size` bytes, no zero at the
** end. Its length, 0 when there is none.
*/
size_t name_of_definition(const char *source, int line, char *name, size_t size);

/* The same, of the line's text. */
size_t name_in_line(const char *text, size_t len, char *name, size_t size);

#endif
