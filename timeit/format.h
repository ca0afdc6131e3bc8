/*
** How times are written: a unit, so many digits, and colours where they are wanted. Text goes into a
** buffer; nothing here allocates otherwise, prints or raises.
*/
#ifndef XDB_TIMEIT_FORMAT_H
#define XDB_TIMEIT_FORMAT_H

#include "core/buffer.h"

#include <stddef.h>

/* Escape sequences, or empty strings. */
struct format_colors {
    const char *time, *best, *warning, *off;
};

struct format {
    int precision;    /* significant digits, 3 as a rule */
    const char *unit; /* one of the units below; NULL: the largest that does not exceed the value */
    const struct format_colors *colors;
    bool utf8; /* bars may be drawn with block characters */
};

extern const struct format_colors format_plain, format_colored;

/* Is it nsec, usec, msec or sec? */
bool format_is_unit(const char *unit);
/* Adds `9.75 usec`, in the colour `color`. */
void format_time(struct buffer *b, const struct format *f, const char *color, double seconds);
/* The same without colour. */
void format_time_plain(struct buffer *b, const struct format *f, double seconds);
/* Adds a line of bars, from the least to the greatest value, with both at its ends. */
void format_histogram(struct buffer *b, const struct format *f, const double *values, size_t count);

#endif
