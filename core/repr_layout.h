/*
** Breaks the one-line form of a table over lines. The one-line form carries marks that say where tables
** and items begin and end, so that nothing is parsed again and no value is asked twice.
** Only core/repr.c uses this. Never raises.
*/
#ifndef XDB_CORE_REPR_LAYOUT_H
#define XDB_CORE_REPR_LAYOUT_H

#include "core/buffer.h"

enum repr_mark_kind { REPR_OPEN, REPR_ITEM, REPR_CLOSE };

struct repr_mark {
    size_t pos; /* of `{`, of an item's first byte, of `}`, in the one-line text */
    size_t end; /* of REPR_OPEN: the index of its REPR_CLOSE */
    enum repr_mark_kind kind;
    bool positional; /* of REPR_ITEM: part of the sequence */
};

/*
** Appends `text` to `out`, broken to `width` columns where it can be. `marks` holds whole
** `struct repr_mark`s, ascending and balanced. Costs time and memory linear in the text, times depth.
*/
void repr_layout(const struct buffer *text, const struct buffer *marks, int width,
                 struct buffer *out);

#endif
