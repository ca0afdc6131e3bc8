/*
** Where code comes from: canonical names of chunks, their text line by line, and which lines have
** code. A chunk's name (lua_Debug.source) tells its kind:
**   "@path"    a file; its canonical name is the absolute path with all links resolved
**   "=label"   something without text of its own, such as "=stdin"
**   any other  the text itself, as `load` names it
**
** One `struct source_cache` serves one universe of Lua states; there are no globals. Looking up a
** chunk costs one comparison of its name; a file is read, and its text compiled, when first asked for.
** The compilation runs in a Lua state of its own that is closed again: the program's state is never
** touched, nothing here raises, and everything may be used inside hooks. One thread at a time.
**
** A source found lives as long as its cache when it is a file that exists. Other sources can be
** endless (`load` in a loop): of them the cache keeps the SOURCE_KEEP last looked up and those that
** somebody holds (`source_hold`).
**
** - names: source_canonical, source_add_title, source_same_file
** - the cache: source_cache_new, source_cache_free, source_of, source_of_debug, source_of_path,
**   source_find, source_each, source_hold, source_drop, source_give
** - text: source_text, source_count, source_line, source_changed, source_reload
** - code: source_code, source_code_line, source_next_code_line
*/
#ifndef XDB_CORE_SOURCE_H
#define XDB_CORE_SOURCE_H

#include <lua.h>
#include <stdbool.h>
#include <stddef.h>

#include "core/buffer.h"
#include "core/bytecode.h"
#include "core/error.h"

#define SOURCE_KEEP     4096               /* passing sources kept */
#define SOURCE_KEEP_MEM (64 * 1024 * 1024) /* bytes of their text, at least 64 of them aside */
#define SOURCE_MAX_SIZE (64 * 1024 * 1024) /* bytes; larger files are refused */

enum source_kind { SOURCE_FILE, SOURCE_LABEL, SOURCE_TEXT };

struct source_cache;
struct source_body; /* text and code, once asked for; private to core/source*.c */

struct source {
    enum source_kind kind;
    /* canonical: the absolute path, "=label" or the text; the key among its kind */
    const char *name;
    size_t name_len;   /* bytes; labels and texts may contain zeros */
    const char *title; /* for people: the path, the label, [string "first line..."] */
    struct source_cache *cache;
    struct source_body *body;
    /* What core/function knows of this source; goes away with it. */
    void *functions;
    void (*functions_free)(void *);
    /* Private to the cache. */
    struct source_entry *entries; /* the chunk names that mean this source */
    struct source *newer, *older; /* among the passing ones */
    unsigned holds;
    bool passing; /* may be forgotten */
};

/*
** The canonical name of the chunk named by `len` bytes at `chunk`; relative paths start from `cwd`, or
** from the current directory when it is NULL. A path to nothing becomes absolute by its text alone. The
** caller frees it; NULL when out of memory. `*out_len` (may be NULL) gets its length.
*/
char *source_canonical(const char *chunk, size_t len, const char *cwd, size_t *out_len);

/* Adds to `out` the title of a canonical name: the path, the label, [string "first line..."]. */
void source_add_title(const char *name, struct buffer *out);

/* Whether both are the same file (also by another name, a hard link), or the same label or text. */
bool source_same_file(const struct source *a, const struct source *b);

/* NULL when out of memory. */
struct source_cache *source_cache_new(void);
/* Frees all sources too, held or not. NULL is fine. */
void source_cache_free(struct source_cache *cache);

/*
** The source of a chunk name. Relative paths are relative to the directory that is current when the
** name is first seen; later the same name means the same file. XDB_ENOMEM is the only failure. The
** address of the name may be reused for another: its text decides.
*/
int source_of(struct source_cache *cache, const char *chunk, size_t len, struct source **out,
              struct xdb_error *err);
/* The same for the function of an event or frame; `ar` has been filled by lua_getinfo with "S". */
int source_of_debug(struct source_cache *cache, const lua_Debug *ar, struct source **out,
                    struct xdb_error *err);
/* The same for a file that may not have been loaded by anybody yet, nor exist. */
int source_of_path(struct source_cache *cache, const char *path, struct source **out,
                   struct xdb_error *err);

/*
** A file already seen, by its path or by the last parts of it ("parser.lua", "core/parser"; ".lua" may
** be left away). XDB_ENOENT when none fits, XDB_EINVAL when several do: the text then names two.
*/
int source_find(struct source_cache *cache, const char *tail, struct source **out,
                struct xdb_error *err);

/* Calls `visit` for each source until it returns non-zero, and returns that. `visit` looks nothing up. */
int source_each(struct source_cache *cache, int (*visit)(struct source *s, void *data), void *data);

/* Keeps a source from being forgotten until as many drops; returns it. */
struct source *source_hold(struct source *s);
void source_drop(struct source *s);

/*
** Tells the text of a label whose text only the caller knows ("=stdin"). A copy is kept; a second text
** replaces the first. XDB_EINVAL for other kinds.
*/
int source_give(struct source *s, const char *text, size_t len, struct xdb_error *err);

/*
** The whole text, from a file without a byte order mark. It belongs to the source and stays until
** source_reload or source_give. Fails with XDB_ENOENT (no such file; a label without text), XDB_EINVAL (not a
** regular file, too large), XDB_EIO, XDB_ENOMEM. A failure is remembered until the file changes.
*/
int source_text(struct source *s, const char **text, size_t *len, struct xdb_error *err);
/* Number of lines, counted as Lua counts them; 0 when there is no text. */
int source_count(struct source *s);
/*
** Line `n` (from 1) without its line end, tabs kept; not '\0'-terminated: `*len` bytes. NULL when there
** is no such line. Belongs to the source like its text.
*/
const char *source_line(struct source *s, int n, size_t *len);
/* Whether the file on disk has another content than the text here, or than when it was first seen. */
bool source_changed(struct source *s);
/* Forgets text and code (pointers to them die, also core/function's records): they are read anew. */
void source_reload(struct source *s);

/*
** The compiled text: `(*out)->all` is every function of it. Belongs to the source like its text. The
** chunk name inside it is of no meaning. Fails like source_text, and with XDB_EFORMAT for what does not
** compile (the text says where and why) or is a binary chunk.
*/
int source_code(struct source *s, const struct bytecode **out, struct xdb_error *err);

/* The smallest line not below `line` on which any function has code; -1 when there is none. */
int source_next_code_line(struct source *s, int line);

/*
** Where a breakpoint asked for at `line` belongs: the line itself when it has code, else the next one
** that has. A line that does nothing but define a function (`function f()`) stands for the first line with
** code in it. XDB_ENOENT with "End of file" when no code follows, XDB_EINVAL for lines below 1; else like
** source_code.
*/
int source_code_line(struct source *s, int line, int *found, struct xdb_error *err);

#endif
