/*
** A profile file's rows on their way into statistics. Who reads the file fills in rows; here it is decided whether they
** make sense, and they are kept. There are two readers: stats_scan, quick and only for files as we write them, and
** stats_file's, by a JSON library, for every other file and for all complaints.
**
** Nothing here keeps or frees a row's texts.
*/
#ifndef XDB_PROFILER_STATS_ROWS_H
#define XDB_PROFILER_STATS_ROWS_H

#include "profiler/stats.h"

enum stats_cell_kind { STATS_OTHER, STATS_INTEGER, STATS_REAL, STATS_TEXT };

struct stats_cell {
    enum stats_cell_kind kind;
    long long integer;
    double real;
    const char *text; /* without zeros inside: one that has some is STATS_OTHER */
};

enum { STATS_CELLS = 7 }; /* as many as the longest row has */

struct stats_row {
    size_t n; /* may be more than STATS_CELLS: the others are not looked at */
    struct stats_cell cells[STATS_CELLS];
};

/* In the order in which files have them; each speaks of places in those before. */
enum stats_list { STATS_FUNCTIONS, STATS_EDGES, STATS_CONTEXTS, STATS_LINES, STATS_LISTS };

/*
** Keeps row number `i` of a list, whose rows before that were kept. XDB_EFORMAT, with what is wrong with it in
** `*what` (static text), or XDB_ENOMEM.
*/
int stats_take_row(struct xdb_stats *s, enum stats_list list, size_t i, const struct stats_row *row,
                   const char **what);

/*
** Reads a whole file into the new statistics `s`, if it is of the format and of a version up to `version`, written as we
** do: the members in our order. `text[len]` is '\0', and `text` is written to meanwhile. False for any other file,
** right or wrong, and when memory runs out: `s` is good for nothing but to be freed then.
*/
bool stats_scan(struct xdb_stats *s, char *text, size_t len, const char *format, int version);

/* Length of the UTF-8 sequence that begins at `s`, or 0 when it is none. */
int stats_utf8_length(const unsigned char *s);

#endif
