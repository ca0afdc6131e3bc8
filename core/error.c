#include "core/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#undef error_set /* see the header */

int error_set(struct xdb_error *e, int code, const char *format, ...)
{
    if (e) {
        va_list args;
        va_start(args, format);
        int n = vsnprintf(e->text, sizeof e->text, format, args);
        va_end(args);
        if (n >= (int)sizeof e->text)
            memcpy(e->text + sizeof e->text - 4, "...", 4);
    }
    return code;
}
