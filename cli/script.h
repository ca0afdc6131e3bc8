/*
** Running a script exactly as the stand-alone `lua` does, so that the program cannot tell under which
** command it runs: the same calls of Lua's API in the same order, hence the same output, the same `arg`, the same
** stack depths and the same memory count to the byte. A command adds itself through the events below
** and keeps its data outside Lua's memory.
**
** script_run      make a state, run, close, exit status
** script_check    is there a script to run, before a state is made
**
** The program's environment (LUA_INIT) is read here and nowhere else; standard error receives what `lua`
** would write there. A run costs nothing beyond what `lua` itself costs.
**
** A program that calls `os.exit` ends the process inside of script_run: `finished` does not come. Who
** has something to save uses `atexit` or stands in for `os.exit`.
*/
#ifndef XDB_CLI_SCRIPT_H
#define XDB_CLI_SCRIPT_H

#include "core/error.h"

#include <lua.h>
#include <stdbool.h>

/* How a run ended. */
enum script_end {
    SCRIPT_FINISHED, /* the main chunk returned */
    SCRIPT_ERROR,    /* an error nobody caught, in the script or in LUA_INIT; reported */
    SCRIPT_SYNTAX,   /* the script does not compile; reported */
    SCRIPT_NOFILE,   /* the script cannot be found or read; reported */
    SCRIPT_QUIT,     /* the command's own quit error came through; nothing was written */
    SCRIPT_NOSTATE   /* no memory for a Lua state; reported */
};

/*
** What a command hears of a run. Each may be NULL, and each leaves the stack as it found it. They run in
** protected mode: an error they raise ends the run and is reported, the quit error ends it quietly.
** Lua memory that they allocate is seen by the program in collectgarbage("count").
*/
struct script_events {
    /* The libraries are open and `arg` is set; neither LUA_INIT nor anything else has run. */
    void (*opened)(lua_State *L, void *data);
    /* The main chunk is on the top of the stack and is called next. */
    void (*loaded)(lua_State *L, void *data);
    /*
    ** An error nobody catches, in the script or in LUA_INIT: the value is at index 1, the stack that
    ** raised it still stands below. Comes before `lua`'s message handler makes a text of it; not for
    ** the quit error, and not for memory errors, which Lua hands to no handler.
    */
    void (*uncaught)(lua_State *L, void *data);
    /* The run is over and reported; the state is closed next. */
    void (*finished)(lua_State *L, enum script_end end, void *data);
};

/* What to run. Everything is borrowed until script_run returns. Zero in all fields runs stdin. */
struct script_options {
    const char *progname; /* `lua` as a user would type it; NULL: the Lua the build found */
    /*
    ** Lua's own options as written before the script: "-E", "-W", "-e" and "-l" with their argument as
    ** the same or the next word, "--". They do what they do for `lua` and stand in `arg` at the negative
    ** indices. Anything else is the caller's mistake: it stands in `arg` and does nothing.
    */
    int nswitches;
    char **switches;
    /*
    ** The script and its arguments; "-" is standard input. With `module`: the arguments alone. None: standard
    ** input without arguments, or nothing at all when there was a "-e".
    */
    int argc;
    char **argv;
    const char *module; /* looked up in package.path; its file becomes script and arg[0] */
    bool no_env;        /* ignore the environment, as "-E" does, without showing in `arg` */
    /*
    ** There may be a person: the switches "-i" and "-v" do what they do for `lua`, and a terminal on standard input,
    ** without a script or another thing to do, gets the prompt.
    */
    bool interactive;
    bool own_sigint; /* the command handles SIGINT; else the first one raises "interrupted!" */
    /*
    ** The allocator of the state's whole life, NULL for the usual one. It may be called after `finished`, while
    ** the state closes.
    */
    lua_Alloc alloc;
    void *alloc_ud;
    /*
    ** The address that, raised as a light userdata, ends the run quietly, as universe_raise_quit does; NULL:
    ** there is none.
    */
    const void *quit;
    const struct script_events *events; /* NULL: none */
    void *data;                         /* passed to the events */
};

/*
** Runs a script in a fresh state and closes it. Returns the exit status for the process: what `lua` would return,
** and 0 after a quit. `end` (may be NULL) receives how it ended. May be called again,
** from an event as well, and in several threads; SIGINT stops the run that began last.
*/
int script_run(const struct script_options *options, enum script_end *end);

/* The lines that `lua` shows behind its usage line: what its options are, in this release. */
const char *script_usage(void);

/*
** For a command that talks to a person while the stack of an uncaught error still stands. The first pushes
** what `lua` would say of the error value at `index`, message and traceback, were it to arrive at level `level`
** of `from`; or nil when making that text fails. The second writes it on standard error as `lua` does, and then
** the end of the run does not write the same again. Neither raises.
*/
void script_push_words(lua_State *L, int index, lua_State *from, int level); /* [-0, +1] */
void script_write_words(const char *text);

/*
** For who leaves a run by longjmp from inside of it, as a stand-in for os.exit may: forgets the innermost
** run of this thread. Its state stays open and is the caller's.
*/
void script_abandon(void);

/*
** Says whether `path` can be a script: 0, or XDB_ENOENT (`FILE does not exist`), XDB_EINVAL (`FILE is a
** directory`), XDB_EIO (`cannot open FILE: ...`) with the text in `err`. "-" and NULL are standard input.
*/
int script_check(const char *path, struct xdb_error *err);

#endif
