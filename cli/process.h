/*
** The process of a command: Ctrl-C, its end, what it has written, the folder that it was started in. A command owns
** its process; a library never does these things. One of each a process, since signal handlers and atexit have no
** argument: who comes last counts.
*/
#ifndef XDB_CLI_PROCESS_H
#define XDB_CLI_PROCESS_H

/* Which Ctrl-C is ours. */
enum process_interrupts {
    PROCESS_EVERY, /* and system calls go on */
    PROCESS_FIRST  /* which interrupts system calls, as under `lua`; the second ends the process */
};

/*
** From now on Ctrl-C calls f(data), which must be signal-safe. `data` must live as long as the process, or until the
** next call of this; NULL for `f`: Ctrl-C ends the process.
*/
void process_on_interrupt(void (*f)(void *data), void *data, enum process_interrupts which);

/* Calls f(data) when the process ends, also by the program's os.exit; NULL: nobody any more. */
void process_at_exit(void (*f)(void *data), void *data);

/*
** Sends off what waits for standard output. Returns `status`, or 1 when any of it was lost, after one line on standard
** error: `PROG: cannot write to standard output: WHY`.
*/
int process_check_output(const char *prog, int status);

/* The path, to be freed, as it is from anywhere: the program may change its folder. NULL when memory runs out. */
char *process_absolute(const char *path);

#endif
