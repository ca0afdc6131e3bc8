/*
** Each line before it is executed, as text: where, and the line itself as it stands in its file; and at the beginning of
** a function its module and name. Text goes out through a function of the caller's. Nothing raises or allocates
** Lua memory.
*/
#ifndef XDB_TRACE_LIVE_H
#define XDB_TRACE_LIVE_H

#include "core/buffer.h"
#include "core/clock.h"
#include "trace/program.h"

struct live_config {
    void (*write)(void *user, const char *text, size_t n);
    void *user;
    bool timing; /* each line begins with the seconds since the start */
    bool indent; /* two columns for each call below */
    int depth;   /* functions called deeper are left out; the main chunk is 1; 0: no limit */
    /* May be NULL: which files are shown; writes a line of code, coloured, itself. */
    bool (*only)(void *user, const char *path);
    void (*paint)(void *user, const char *path, int line, const char *text, size_t n);
};

struct live {
    struct live_config config;
    struct program *program;
    int64_t start; /* ns */
    struct buffer text;
};

void live_init(struct live *v, struct program *g, const struct live_config *config);
void live_release(struct live *v);
/* For struct collector_listener; `data` is the struct live. */
void live_call(void *data, lua_State *L, lua_Debug *ar, struct code *callee);
void live_line(void *data, lua_State *L, lua_Debug *ar, struct file *f);

#endif
