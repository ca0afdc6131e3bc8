/*
** Says once, for each change, that a file was edited since the program loaded it: its listing may not be what
** runs. Costs a look at the file's times for each banner.
*/
#include "pdb/pdb_state.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct edited {
    struct edited *next;
    struct timespec told; /* its time when that was said */
    char name[];
};

void edited_forget(struct xdb_pdb *p)
{
    while (p->edited) {
        struct edited *e = p->edited;
        p->edited = e->next;
        free(e);
    }
}

/* Whether it is new that the file has this time; then that is noted. */
static bool is_news(struct xdb_pdb *p, const char *name, const struct timespec *t)
{
    struct edited *e = p->edited;
    while (e && strcmp(e->name, name) != 0)
        e = e->next;
    if (e && e->told.tv_sec == t->tv_sec && e->told.tv_nsec == t->tv_nsec)
        return false;
    if (!e) {
        size_t n = strlen(name) + 1;
        e = malloc(sizeof *e + n);
        if (!e)
            return false;
        memcpy(e->name, name, n);
        e->next = p->edited;
        p->edited = e;
    }
    e->told = *t;
    return true;
}

void edited_warn(struct xdb_pdb *p, struct source *s)
{
    struct stat st;
    if (!s || s->kind != SOURCE_FILE || !source_changed(s) || stat(s->name, &st) != 0)
        return;
    if (is_news(p, s->name, &st.st_mtim))
        cmd_error(p->cmd,
                  "WARNING: file '%s' was edited, running stale code until the program is rerun",
                  s->name);
}
