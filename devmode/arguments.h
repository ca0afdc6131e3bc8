/*
** The command line of xlua: the options of `lua`, read as `lua` reads them, and among them "-X SWITCH" and
** "-W FILTER", which are taken out. Pure: reads words and prints nothing.
*/
#ifndef XDB_DEVMODE_ARGUMENTS_H
#define XDB_DEVMODE_ARGUMENTS_H

#include "core/error.h"

#include <stdbool.h>

enum arguments_status {
    ARGUMENTS_RUN = 0,
    ARGUMENTS_HELP = 1,   /* --help */
    ARGUMENTS_REFUSED = 2 /* `refused` is what `lua` complains of */
};

/* What the -X switches, or the environment, turn on. */
struct arguments_switches {
    bool dev, faulthandler;
    int tracemalloc; /* frames kept of each allocation; 0: off */
};

struct arguments {
    char **words; /* Lua's own options, "--" too; the array is owned, the words are argv's */
    int nwords;
    int script; /* argv[script] is the script; argc: there is none */
    const char *refused;
    bool no_env; /* -E */
    struct arguments_switches on;
    const char **filters; /* of -W, in order; the array is owned */
    int nfilters;
};

/*
** Returns an arguments_status, or a negative code with a complaint about -X or -W. Whatever it returns, `a` may be
** given to arguments_release.
*/
int arguments_parse(int argc, char **argv, struct arguments *a, struct xdb_error *err);
void arguments_release(struct arguments *a);

/* Turns on what one -X says: "dev", "faulthandler", "tracemalloc", "tracemalloc=25". XDB_EINVAL. */
int arguments_switch(const char *text, struct arguments_switches *on, struct xdb_error *err);
/* The same for the number of frames: XDB_EINVAL unless `text` is a number from 1 to 65535. */
int arguments_frames(const char *text, int *frames, struct xdb_error *err);

#endif
