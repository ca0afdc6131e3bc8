/*
** What coverage is told: the keys of `.xtracerc`, which are the options of `xtrace cover`, `combine` and `report`, too. ONE
** table of keys serves them all.
**
** A file of settings has a `key = value` a line; keys that take several values are repeated; flags take yes or no; `#`
** begins a comment line. Relative paths and globs start at the folder of the file.
*/
#ifndef XDB_TRACE_SETTINGS_H
#define XDB_TRACE_SETTINGS_H

#include "core/buffer.h"
#include "trace/globs.h"
#include "trace/matcher.h"
#include "trace/results.h"

#define SETTINGS_FILE ".xtracerc"
#define SETTINGS_DATA ".xtrace" /* the file of counts where no other is named */

struct settings_map {
    char *from; /* a folder as the counts have it; may have wildcards (fnmatch) */
    char *to;   /* the absolute path of the same one here */
};

struct settings {
    char *cwd; /* canonical current folder at the start */
    struct globs source, omit;
    struct matcher *exclude;
    struct buffer patterns; /* those of `exclude`, as lines of a file of settings */
    struct settings_map *maps;
    size_t nmaps;
    char *data_file;   /* absolute */
    double fail_under; /* percent; below 0: none */
    bool branch, conditions, contexts, no_counts, parallel, show_missing;
};

enum settings_use { SETTINGS_COVER = 1, SETTINGS_COMBINE = 2, SETTINGS_REPORT = 4 };

struct settings_key {
    const char *name;
    const char *arg;  /* NULL: a flag */
    const char *help; /* as --help has it */
    unsigned uses;    /* commands with an option of this name */
};

enum { SETTINGS_KEYS = 12 };

/* Ended by a row without a name. */
extern const struct settings_key settings_keys[SETTINGS_KEYS + 1];

/* Defaults. XDB_ENOMEM, XDB_EIO when there is no current folder. */
int settings_init(struct settings *s, struct xdb_error *err);
void settings_release(struct settings *s);
/*
** Takes a value for a key; for a flag NULL is yes. Relative paths start at `folder`, NULL: the current one. XDB_EINVAL with a
** text that does not name the key, XDB_ENOENT for a key that is none.
*/
int settings_set(struct settings *s, const char *key, const char *value, const char *folder,
                 struct xdb_error *err);
/* Takes all of a file. Without `must`, one that does not exist is no failure. XDB_EFORMAT with PATH:LINE. */
int settings_read(struct settings *s, const char *path, bool must, struct xdb_error *err);
/* The same from memory, `name` standing for the path; relative paths start at the current folder. */
int settings_read_text(struct settings *s, const char *text, const char *name,
                       struct xdb_error *err);
/* Appends all of it as the text of such a file, its paths absolute. */
void settings_text(const struct settings *s, struct buffer *out);
/* To be called once all is set: finds out what links among the files meant lead to. XDB_ENOMEM. */
int settings_complete(struct settings *s, struct xdb_error *err);
/* Of what the counts are worth: RESULTS_BRANCHES, ... */
unsigned settings_flags(const struct settings *s);
/* Whether a file of this canonical path is to be counted; `s` is a struct settings. Allocates nothing. */
bool settings_wants(void *s, const char *path);
/*
** Renames the files of `r` as the maps say: `*out` is new, the caller's, or NULL when there was nothing to do. XDB_ENOMEM.
*/
int settings_remap(const struct settings *s, const struct results *r, struct results **out,
                   struct xdb_error *err);

#endif
