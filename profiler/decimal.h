/*
** Files and reports have decimal points, whatever os.setlocale the program has called: between `begin` and `end` this OS
** thread formats numbers as the C locale does. No Lua code may run in between. Without memory numbers stay as they are.
*/
#ifndef XDB_PROFILER_DECIMAL_H
#define XDB_PROFILER_DECIMAL_H

#include <locale.h>

struct decimal {
    locale_t plain, before;
};

static inline void decimal_begin(struct decimal *d)
{
    d->plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    d->before = d->plain ? uselocale(d->plain) : (locale_t)0;
}

static inline void decimal_end(const struct decimal *d)
{
    if (!d->plain)
        return;
    uselocale(d->before);
    freelocale(d->plain);
}

#endif
