/*
** Where must a debugger stop? Foretold from a recording of all calls, returns and lines that a plain
** lua_sethook saw in a run of the same program. Nothing here knows the engine.
**
** The rules: a stop of `step` is the next line other than the one where it was given (in that frame), call
** or return; of `next` the next such line in the frame, `until` one not below its line, `return` none;
** all three stop at the frame's return. Whatever has become of that frame, the three go on as a `next` in the
** frame that has control after it. A breakpoint is hit at each line event at its line, unless a command stops
** there.
*/
#ifndef XDB_TESTS_SOAK_ORACLE_H
#define XDB_TESTS_SOAK_ORACLE_H

#include <lua.h>
#include <stdbool.h>
#include <stddef.h>

/* An event of the recording. A frame is a number that is never used again. */
struct oracle_event {
    char kind; /* C call, T tail call, R return, L line, D: the thread has died of an error */
    bool lua;  /* of a Lua function */
    int thread;
    int frame, below; /* it, and the next older one of a Lua function, or -1 */
    int below_thread;
    int line, linedefined, lastlinedefined;
    int source; /* index of its name */
};

enum oracle_truth { ORACLE_FALSE, ORACLE_TRUE, ORACLE_ERROR };

/* A breakpoint of the script itself. */
struct oracle_point {
    bool exists, enabled, temporary;
    bool function; /* only in the function between these lines */
    int line, linedefined, lastlinedefined;
    enum oracle_truth truth;
    int ignore, hits;
};

struct oracle {
    struct oracle_event *events;
    int n, at;
    int *entered, nframes; /* at which event each frame was met first */
    char **sources;
    int nsources, script; /* which source the breakpoints are in; -1: none */
    char command;         /* s n u r c */
    int target, thread;   /* frame of n u r, and its thread */
    int order;            /* event at which the frame was entered */
    int line;             /* of u */
    int origin, origin_line;
    bool stepped;  /* the last stop was commanded, it was no breakpoint's */
    bool dead;     /* so is the target, but who has control now is not known yet */
    bool returned; /* the command was given at the return of its target */
    struct oracle_point points[64];
    int npoints;
    char told[100]; /* the last command, for a person */
};

/* Sets the hook that records; oracle_save writes what it saw. */
void oracle_record(lua_State *L);
void oracle_save(const char *path);

bool oracle_load(struct oracle *o, const char *path, const char *script);
/* The event where it stands: the frame of its caller on the same thread, or -1. */
int oracle_caller(const struct oracle *o);
/* A command given at the present event for its frame, or for `caller`. */
void oracle_command(struct oracle *o, char command, int caller, int line, int origin_line);
/* Goes on to the next stop and describes it. */
void oracle_foretell(struct oracle *o, char *text, size_t size);
void oracle_describe(char *text, size_t size, char kind, int line, const char *source,
                     int linedefined);

/* Prints the recording. */
void oracle_show(const struct oracle *o);

#endif
